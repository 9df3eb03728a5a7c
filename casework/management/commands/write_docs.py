"""`manage.py write_docs`: write the pages of docs/ that are made from the code."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casework.management.documents import DOCUMENTS


class Command(BaseCommand):
    help = "Writes docs/permissions.md, docs/sensitivity.md and docs/states.md from the code. With --check, only says whether they are up to date."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is out of date")

    def handle(self, *args, check: bool, **options) -> None:
        late = []
        for name, written in DOCUMENTS.items():
            path = settings.BASE_DIR / "docs" / name
            text = written()
            if not path.exists() or path.read_text() != text:
                late.append(name)
                if not check:
                    path.write_text(text)
        if check and late:
            raise CommandError(f"Out of date: {', '.join(late)}. Run manage.py write_docs.")
        self.stdout.write(f"Written: {', '.join(late)}" if late else "Up to date.")
