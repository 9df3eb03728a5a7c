"""The queue and the timetable: asked for by name, run as a system actor, once a day, one worker at a time."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import psycopg2
import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.notify import notify
from casework.commands.queue import job, queue, registered_jobs
from casework.demo.people import load_people
from casework.jobs import timetable
from casework.jobs.worker import Work
from casework.models import Notice, TimetableEntry
from casework.queries.notices import register_notice
from tests.world import build

register_notice("test_job", "Something to read")
ran = []


@job("test.note")
def note(*, by, case_id):
    ran.append((by.actor_kind, by.actor_name, by.asked_by_id, case_id))


@job("test.fails")
def fails(*, by):
    raise ValueError("it failed")


def test_a_job_runs_as_a_system_actor_that_carries_who_asked(people, run_jobs):
    ran.clear()
    with acting(people.users["grace"]) as by:
        queue("test.note", by=by, case_id=7)
    assert ran == []
    run_jobs()
    assert ran == [("system", "test.note", people.users["grace"].pk, 7)]


def test_a_job_is_asked_for_in_the_transaction_of_what_it_follows(people, run_jobs):
    ran.clear()
    with pytest.raises(RuntimeError), transaction.atomic(), acting(people.users["grace"]) as by:  # noqa: PT012 -- the error ends the transaction
        queue("test.note", by=by, case_id=7)
        raise RuntimeError
    run_jobs()
    assert ran == []


def test_an_unknown_job_is_refused(people):
    with acting(people.users["grace"]) as by, pytest.raises(LookupError):
        queue("test.nobody_wrote_this", by=by)


def test_one_name_is_one_job():
    with pytest.raises(ValueError, match="registered twice"):
        job("mail.neutral")(lambda *, by: None)
    assert "mail.neutral" in registered_jobs()


def test_a_failing_job_is_kept_as_failed_and_the_next_one_runs(people, run_jobs):
    ran.clear()
    with acting(people.users["grace"]) as by:
        queue("test.fails", by=by)
        queue("test.note", by=by, case_id=8)
    Work().queued()
    assert [case_id for *_, case_id in ran] == [8]
    assert DBTaskResult.objects.failed().count() == 1


def test_notify_sends_one_mail_a_person_through_the_queue(people, run_jobs):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_user SET email = username || '@agency.example'")
    with acting(people.users["grace"]) as by, recording(by=by, event="case.opened"):
        notify(
            by=by,
            users=[people.users["dan"], people.users["tess"], people.users["dan"]],
            kind="test_job",
            subject="AAAA-BBBB",
        )
    assert mail.outbox == []
    run_jobs()
    assert sorted(m.to[0] for m in mail.outbox) == ["dan@agency.example", "tess@agency.example"]
    assert {m.body for m in mail.outbox} == {mail.outbox[0].body}
    assert "AAAA-BBBB" not in mail.outbox[0].body
    stored = str(list(DBTaskResult.objects.values_list("args_kwargs", flat=True)))
    assert "AAAA-BBBB" not in stored


def notices(people, who):
    with acting(people.users[who]) as by:
        return sorted(
            visible(by, Notice).filter(settled_at=None, kind__endswith=".overdue").values_list("kind", "subject")
        )


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_the_daily_reminder_reaches_those_who_answer_once():
    world = build(load_people())
    assert "reminders" in timetable.run_due()
    owed = [("actions.overdue", "")]
    assert notices(world.people, "dan") == owed
    assert notices(world.people, "tess") == owed
    for who in ("priya", "grace", "amira", "viktor", "wendy"):
        assert (who, notices(world.people, who)) == (who, [])
    assert timetable.run_due() == []
    TimetableEntry.objects.filter(name="reminders").update(last_ran_on=timezone.localdate() - timedelta(days=3))
    assert timetable.run_due() == ["reminders"]
    assert notices(world.people, "dan") == owed


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_run_the_timetable_at_once(monkeypatch):
    calls = []
    monkeypatch.setattr(timetable, "_daily", {"once": lambda: calls.append(1)})
    settings = connections["default"].settings_dict
    other = psycopg2.connect(host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"])
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [timetable.LOCK])
        assert timetable.run_due() == []
    other.close()
    assert timetable.run_due() == ["once"]
    assert calls == [1]


@pytest.mark.django_db(transaction=True)
def test_a_daily_job_that_fails_is_tried_again_and_keeps_no_other_from_running(monkeypatch):
    def broken():
        raise ValueError("no names here")

    monkeypatch.setattr(timetable, "_daily", {"a": broken, "b": lambda: None})
    assert timetable.run_due() == ["b"]
    assert TimetableEntry.objects.get(name="a").last_ran_on is None
    monkeypatch.setattr(timetable, "_daily", {"a": lambda: None, "b": lambda: None})
    assert timetable.run_due() == ["a"]


def test_work_once_ends_by_itself(people, run_jobs, monkeypatch):
    monkeypatch.setattr(timetable, "_daily", {})
    ran.clear()
    with acting(people.users["grace"]) as by:
        queue("test.note", by=by, case_id=9)
    call_command("work", once=True)
    assert [case_id for *_, case_id in ran] == [9]


def test_a_stopped_worker_starts_nothing_more(people, monkeypatch):
    monkeypatch.setattr(timetable, "_daily", {})
    work = Work()
    work.stop()
    work.forever()
    assert work.worker is None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_process_ends_cleanly_on_a_signal(number):
    settings = connections["default"].settings_dict
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    env = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings", "SECRET_KEY": "x" * 50}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "work"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 30
    while not TimetableEntry.objects.filter(last_ran_on=timezone.localdate()).exists() and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(number)
    _, errors = process.communicate(timeout=15)
    assert (process.returncode, b"Traceback" in errors) == (0, False)
    assert TimetableEntry.objects.filter(last_ran_on=timezone.localdate()).exists()
