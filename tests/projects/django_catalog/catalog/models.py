from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models

from catalog.fields import ShelfField, first_shelf


def is_isbn(value):
    if not value:
        raise ValidationError("empty")


def is_ean(value):  # expect: unreached
    return None


def cover_path(book, name):
    return name


class BookQuerySet(models.QuerySet):
    def lent(self):
        return self

    def lost(self):  # expect: unreached
        return self

    def _clone(self):
        return super()._clone()


class BookManager(models.Manager.from_queryset(BookQuerySet)):
    def get_queryset(self):
        return super().get_queryset()

    def get_by_natural_key(self, isbn):
        return self.get(isbn=isbn)


class Colour(models.TextChoices):
    RED = "r", "Red"
    BLUE = "b", "Blue"


class Book(models.Model):
    isbn = models.CharField(max_length=13, validators=[is_isbn])
    shelf = ShelfField(max_length=3, default=first_shelf)
    cover = models.FileField(upload_to=cover_path)
    colour = models.CharField(max_length=1, choices=Colour.choices)
    objects = BookManager()

    class Meta:
        ordering = ["isbn"]
        constraints = [models.UniqueConstraint(fields=["isbn"], name="isbn")]

    def natural_key(self):
        return (self.isbn,)

    def clean(self):
        return None

    def save(self, *arguments, **keywords):
        return super().save(*arguments, **keywords)

    def _save_table(self, *arguments, **keywords):
        return super()._save_table(*arguments, **keywords)

    def get_absolute_url(self):
        return "/"

    @property
    def spine(self):
        return self.isbn[:3]

    @property
    def weight(self):
        return 1

    def age(self):
        return 1

    def title_of(self):
        return ""

    def is_rare(self):
        return False

    def blurb(self):  # expect: unreached
        return ""

    @property
    def thickness(self):  # expect: unreached
        return 2


class Reader(AbstractUser):
    nickname = models.CharField(max_length=10)

    def get_short_name(self):
        return self.nickname

    def email_user(self, subject, message, from_email=None, **keywords):
        return None

    def greet(self):  # expect: unreached
        return None
