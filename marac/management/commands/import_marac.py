"""`manage.py import_marac`: a coordinator's workbook into a panel, first as a dry run with a report of every row."""

import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from casework.access.guards import Refused, check_can_run_office
from casework.access.viewer import Viewer, acting, memberships_of, viewer_for
from casework.commands.imports import import_at_once
from casework.imports.mapping import MappingInvalid, load
from casework.imports.workbook import WorkbookRefused
from casework.models import Panel, User
from marac.importing import CheckedImport, check_workbook
from marac.report import COLUMNS, report_rows

DONE, SOME_REFUSED, NOTHING_DONE = 0, 1, 2


class CannotStart(Exception):
    """The import cannot begin; the message says why."""


class Command(BaseCommand):
    help = "Import a MARAC workbook. Without --commit nothing is written but the report and the mapping used."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workbook", type=Path)
        parser.add_argument("--panel", required=True, help="the panel's short name")
        parser.add_argument("--by", required=True, help="user name of somebody who holds the panel's office")
        parser.add_argument("--report", required=True, type=Path, help="where to write the report (CSV)")
        parser.add_argument("--sheet", default="", help="the sheet to read (default: the likeliest)")
        parser.add_argument(
            "--mapping", type=Path, help="a mapping to use; a dry run writes the one it used beside the report"
        )
        parser.add_argument(
            "--accept-above", type=float, help="accept matches from this score (0 to 1) on, as this user's decision"
        )
        parser.add_argument("--commit", action="store_true", help="write the referrals")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user, membership_id, panel = _who(options["by"], options["panel"])
            given = load(options["mapping"]) if options["mapping"] else None
            if given and options["sheet"]:
                given["sheet"] = options["sheet"]
            with acting(user, membership_id) as by:
                checked, references = self._run(by, panel, given, options)
            _write_report(options["report"], checked, references)
        except (CannotStart, Refused, WorkbookRefused, MappingInvalid, OSError) as problem:
            self.stderr.write(str(problem))
            raise SystemExit(NOTHING_DONE) from None
        self._say(checked, references, options)
        raise SystemExit(_code(checked))

    def _run(self, by: Viewer, panel: Panel, given: dict | None, options: dict) -> tuple[CheckedImport, dict[int, str]]:
        check_can_run_office(by, panel.pk)
        if not options["workbook"].is_file():
            raise CannotStart("There is no such workbook.")
        accept = options["accept_above"]
        if accept is not None and not 0 <= accept <= 1:
            raise CannotStart("--accept-above is a score between 0 and 1.")
        checked = check_workbook(
            by=by,
            panel=panel,
            workbook=options["workbook"],
            today=timezone.localdate(),
            sheet=options["sheet"],
            given=given,
        )
        if not options["commit"] or not any(row.usable for row in checked.rows):
            return checked, {}
        mapping = json.loads(checked.mapping.to_json())
        _, references = import_at_once(by=by, panel=panel, checked=checked, mapping=mapping, accept_above=accept)
        return checked, references

    def _say(self, checked: CheckedImport, references: dict[int, str], options: dict) -> None:
        if not options["commit"]:
            path = options["report"].with_suffix(".mapping.json")
            path.write_text(checked.mapping.to_json() + "\n", encoding="utf-8")
            self.stdout.write(f"Dry run: nothing was imported. The mapping used is in {path.name}.")
        counts = {
            status: sum(row.status == status for row in checked.rows)
            for status in ("ok", "changed", "doubtful", "refused", "skipped")
        }
        self.stdout.write(", ".join(f"{count} {status}" for status, count in counts.items()))
        if options["commit"]:
            self.stdout.write(f"{len(references)} referrals imported.")


def _code(checked: CheckedImport) -> int:
    """What the command ends with: done, some rows refused, or no row that could be taken."""
    if not any(row.usable for row in checked.rows):
        return NOTHING_DONE
    return SOME_REFUSED if any(row.status == "refused" for row in checked.rows) else DONE


def _who(username: str, slug: str) -> tuple[User, int, Panel]:
    """The user, the membership by which the office is held, and the panel. Raises `CannotStart`."""
    panel = Panel.objects.filter(slug=slug, kind="marac").first()
    user = User.objects.filter(username=username).first()
    if panel is None:
        raise CannotStart("There is no MARAC of that name.")
    if user is None:
        raise CannotStart("There is no user of that name.")
    held = [one.pk for one in memberships_of(user) if viewer_for(user, one.pk).holds(panel.pk)]
    if not held:
        raise CannotStart("This user does not hold the panel's office.")
    return user, held[0], panel


def _write_report(path: Path, checked: CheckedImport, references: dict[int, str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(report_rows(checked.rows, checked.proposals.by_key, references, checked.shown))
