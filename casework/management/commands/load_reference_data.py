"""`manage.py load_reference_data`: instruments, legal gateways and repeat rules from casework/data."""

from django.core.management.base import BaseCommand

from casework.commands.reference_data import load_reference_data


class Command(BaseCommand):
    """Loads what the files have and the tables have not; migrate does the same at its end."""

    help = "Load instruments, legal gateways and repeat rules from casework/data."

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"{load_reference_data()} rows written.")
