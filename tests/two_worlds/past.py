"""Rows written past the second wall, by a role that only the tests have."""

from django.db import connection

from audit.recorder import recording
from casework.demo.people import DEMO


def past_the_walls(write) -> None:
    """Run `write` as nobody in the product can."""
    with connection.cursor() as cursor, recording(by=DEMO, event="demo.loaded"):
        cursor.execute("SET LOCAL ROLE rt_test_norls")
        write()
        cursor.execute("RESET ROLE")
