from django.db.models.signals import post_save
from django.dispatch import receiver

from orders.models import Order
from orders.services import announce


@receiver(post_save, sender=Order)
def order_saved(sender, instance, **kwargs):
    announce(instance)
