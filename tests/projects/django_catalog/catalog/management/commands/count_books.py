from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "count"

    def add_arguments(self, parser):
        parser.add_argument("--shelf")

    def handle(self, *arguments, **options):
        self.stdout.write(self.total())

    def total(self):
        return "0"

    def subtotal(self):  # expect: unreached
        return "0"
