from appconf import AppConf
from django.db import models


class Plan(models.Model):
    @property
    def is_free(self):
        return True

    @property
    def is_cheap(self):
        return True

    @property
    def is_old(self):  # expect: unreached
        return True


class Invoice(models.Model):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE)

    def mark(self):
        return None

    def check_paid(self):
        return self.plan.is_cheap

    def unmark(self):  # expect: unreached
        return None


class Payment(models.Model):
    user = models.ForeignKey("auth.User", on_delete=models.CASCADE)


class Grant(models.Model):
    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, related_name="grants")


class Relic(models.Model):  # expect: unreached
    user = models.ForeignKey("auth.User", on_delete=models.CASCADE)


class Defaults(AppConf):
    LIMIT = 5
