"""`manage.py migrate` works as the database's owner unless it is told otherwise."""

from argparse import ArgumentParser

from django.core.management.commands import migrate


class Command(migrate.Command):
    """Django's own, on the alias `owner`: the role that serves may not change tables."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")
