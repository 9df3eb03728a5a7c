"""The people whom every test knows."""

import pytest


from casework.demo.people import People, load_people
from tests.pg_plugin import django_db_setup, rls_off  # noqa: F401 -- here they win over those of pytest-django


@pytest.fixture
def people(db) -> People:
    """Safer Harbourne and Northgate, without cases."""
    return load_people()
