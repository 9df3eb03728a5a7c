"""`manage.py make_keys`: the key file of encrypted fields, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from casework.storage import make_keys


class Command(BaseCommand):
    help = "Write the key file that FIELD_KEYS_FILE names, unless it is there. Keep a copy apart from the database's backups."

    def handle(self, *args: Any, **options: Any) -> None:
        there = settings.FIELD_KEYS_FILE.exists()
        make_keys(settings.FIELD_KEYS_FILE)
        self.stdout.write(
            "The key file was there already; nothing was changed." if there else "The key file was written."
        )
