"""The people whom every test knows."""

import pytest
from hypothesis import HealthCheck, settings

from casework.demo.people import People, load_people
from tests.pg_plugin import django_db_setup, rls_off  # noqa: F401 -- here they win over those of pytest-django

# A busy machine is no reason to fail: how quick things are is measured in benchmarks
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture
def people(db) -> People:
    """Safer Harbourne and Northgate, without cases."""
    return load_people()


@pytest.fixture
def run_jobs(db, monkeypatch):
    """A function that runs every queued job, as the worker would; a job that failed fails the test."""
    from django_tasks_db.management.commands import db_worker
    from django_tasks_db.models import DBTaskResult

    from casework.jobs.worker import Work

    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)  # it would drop the test's own transaction

    def run() -> int:
        Work().queued()
        assert [result.traceback for result in DBTaskResult.objects.failed()] == []
        return DBTaskResult.objects.successful().count()

    return run
