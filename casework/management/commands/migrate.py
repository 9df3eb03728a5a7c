"""`manage.py migrate` works as the database's owner unless it is told otherwise."""

from argparse import ArgumentParser

from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    """Django's own, on the alias `owner`: the role that serves may not change tables."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args, **options) -> None:
        """While it runs, `default` is the owner's connection too: data migrations of libraries write through it."""
        if options["database"] != "owner":
            super().handle(*args, **options)
            return
        serving = connections["default"]
        connections["default"] = connections["owner"]
        try:
            super().handle(*args, **options)
        finally:
            connections["default"] = serving
