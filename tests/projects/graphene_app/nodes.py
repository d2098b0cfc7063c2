from graphene_django import DjangoObjectType

from models import Shelf


class ShelfNode(DjangoObjectType):
    """Reached by relations of other models, by its model alone."""

    class Meta:
        model = Shelf

    @classmethod
    def get_queryset(cls, queryset, info):
        return cls.visible(queryset)

    @classmethod
    def visible(cls, queryset):
        return queryset

    @classmethod
    def invisible(cls, queryset):  # expect: unreached
        return queryset


class Shown:  # expect: unreached
    pass
