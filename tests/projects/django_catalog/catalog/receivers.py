from django.db.models.signals import post_save, pre_delete
from django.dispatch import Signal, receiver

borrowed = Signal()
forgotten = Signal()  # expect: unreached


@receiver(post_save, sender="catalog.Book")
def saved(sender, **keywords):
    borrowed.send(sender)


def deleted(sender, **keywords):
    return None


def returned(sender, **keywords):
    return None


def never_connected(sender, **keywords):  # expect: unreached
    return None


pre_delete.connect(deleted, dispatch_uid="catalog-deleted")
borrowed.connect(returned)
