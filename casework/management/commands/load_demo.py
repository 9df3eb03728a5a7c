"""`manage.py load_demo`: Safer Harbourne, invented people, a year of cases."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from casework.demo.loading import NotADemo, load_demo


class Command(BaseCommand):
    help = "Load the demo: an invented partnership. Refuses a database that holds any other."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="the day the demo is made for (default: today)")
        parser.add_argument("--seed", type=int, default=1, help="another number makes other people (default: 1)")
        parser.add_argument("--no-cases", action="store_true", help="agencies, panels and people only")

    def handle(self, *args: Any, **options: Any) -> None:
        today = options["today"] or timezone.localdate()
        if isinstance(today, str):
            today = date.fromisoformat(today)
        try:
            people = load_demo(today=today, seed=options["seed"], cases=not options["no_cases"])
        except NotADemo as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{len(people.users)} people at {len(people.agencies)} agencies on {len(people.panels)} panels."
        )
