"""`manage.py work`: run what the timetable says and what is queued, until SIGTERM or Ctrl-C."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from casework.jobs.worker import Work


class Command(BaseCommand):
    help = "Run jobs from the timetable and the queue until told to stop; a job that is running is finished first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what is due and waiting, then end")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        work = Work()
        if once:
            work.once()
        else:
            work.stop_on_signals()
            work.forever()
