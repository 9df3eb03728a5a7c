"""`manage.py verify_history`: recompute the digests of the history and compare it with the audit and the records."""

from argparse import ArgumentParser

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from audit.verification import Verified, verify


class Command(BaseCommand):
    help = "Recomputes the history's digests. Says which rows are not what the trigger wrote; exits with 1 if there are any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--table", help="one table, for example casework_case (all unless given)")
        parser.add_argument(
            "--database", default="backup", choices=["backup", "owner"], help="the role that reads (default: backup)"
        )

    def handle(self, *args, table: str | None, database: str, **options) -> None:
        tables = {m._meta.db_table: m.history.model._meta.db_table for m in apps.get_models() if hasattr(m, "history")}
        if table and table not in tables:
            raise CommandError(f"No table with history has this name. There are: {', '.join(sorted(tables))}.")
        done = [verify(name, history, database) for name, history in sorted(tables.items()) if table in (None, name)]
        for one in done:
            self._tell(one)
        faults = sum(len(one.faults) for one in done)
        self.stdout.write(
            f"{sum(one.rows for one in done)} rows of {sum(one.records for one in done)} records in {len(done)} tables: {faults} faults."
        )
        if faults:
            raise CommandError("The history is not what was written.", returncode=1)

    def _tell(self, one: Verified) -> None:
        self.stdout.write(f"{one.table}: {one.rows} rows of {one.records} records, {len(one.faults)} faults")
        for fault in one.faults:
            row = f", history row {fault.history_id}" if fault.history_id else ""
            self.stdout.write(f"  record {fault.record_id}{row}: {fault.what}")
