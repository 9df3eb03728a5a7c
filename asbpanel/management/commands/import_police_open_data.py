"""`manage.py import_police_open_data`: anti-social behaviour from data.police.uk into a panel, first as a dry run."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from asbpanel.importing import SHOWN, OpenDataImport, check_files, commit_files
from asbpanel.imports import REFUSED
from casework.access.guards import Refused
from casework.access.viewer import acting, memberships_of, viewer_for
from casework.models import Panel, User

COLUMNS = ("file", "row", "status", "incident", "message")
DONE, SOME_REFUSED, NOTHING_DONE = 0, 1, 2


class CannotStart(Exception):
    """The import cannot begin; the message says why."""


class Command(BaseCommand):
    help = "Import police open data (street-level files). Without --commit nothing is written but the report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--panel", required=True, help="the panel's short name")
        parser.add_argument("--by", required=True, help="user name of somebody who holds the panel's office")
        parser.add_argument("--report", required=True, type=Path, help="where to write the report (CSV)")
        parser.add_argument("--commit", action="store_true", help="write the incidents")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user, membership_id, panel = _who(options["by"], options["panel"])
            with acting(user, membership_id) as by:
                checked = check_files(by=by, panel=panel, paths=options["files"])
                if options["commit"]:
                    commit_files(by=by, panel=panel, checked=checked)
            _write_report(options["report"], checked)
        except (CannotStart, Refused, OSError) as problem:
            self.stderr.write(str(problem))
            raise SystemExit(NOTHING_DONE) from None
        if not options["commit"]:
            self.stdout.write("Dry run: nothing was imported.")
        self.stdout.write(", ".join(f"{count} {status}" for status, count in sorted(checked.counts.items())))
        raise SystemExit(SOME_REFUSED if checked.counts.get(REFUSED) else DONE)


def _who(username: str, slug: str) -> tuple[User, int, Panel]:
    """The user, the membership by which the office is held, and the panel. Raises `CannotStart`."""
    panel = Panel.objects.filter(slug=slug, kind="asbpanel").first()
    user = User.objects.filter(username=username).first()
    if panel is None:
        raise CannotStart("There is no ASB panel of that name.")
    if user is None:
        raise CannotStart("There is no user of that name.")
    held = [one.pk for one in memberships_of(user) if viewer_for(user, one.pk).holds(panel.pk)]
    if not held:
        raise CannotStart("This user does not hold the panel's office.")
    return user, held[0], panel


def _write_report(path: Path, checked: OpenDataImport) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows((row.file, row.row, row.status, row.key[:SHOWN], row.message) for row in checked.rows)
