from django.db import models


class OrderManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset()

    def never_asked(self):  # expect: unreached
        return None


class Order(models.Model):
    number = models.CharField(max_length=20)

    objects = OrderManager()

    class Meta:
        ordering = ["number"]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return f"/orders/{self.pk}/"

    def old_label(self):  # expect: unreached
        return "order"
