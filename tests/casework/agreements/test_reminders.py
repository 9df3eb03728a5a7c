"""Reminders of a review: 60 and 30 days before and on the day, to whom they concern, once each."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.agreements import VersionDetails, new_version, put_review_off
from casework.demo.people import load_people
from casework.jobs.agreements import due_reminder, remind_of_reviews
from casework.models import AgreementVersion, Notice, SharingAgreement
from casework.queries.notices import open_notices


@pytest.mark.parametrize(("days", "kind"), [(61, None), (60, 60), (31, 60), (30, 30), (1, 30), (0, 0), (-9, 0)])
def test_the_most_pressing_reminder_is_due(days, kind):
    today = timezone.localdate()
    version = AgreementVersion(number=1, in_force_from=today, review_on=today + timedelta(days=days))
    found = due_reminder(version, today)
    assert (found and found[1]) == (None if kind is None else f"agreement.review_{kind}")


def test_without_a_review_date_there_is_no_reminder_and_an_extension_counts():
    today = timezone.localdate()
    assert due_reminder(AgreementVersion(number=1, in_force_from=today), today) is None
    put_off = AgreementVersion(number=1, in_force_from=today, review_on=today, extended_to=today + timedelta(days=90))
    assert due_reminder(put_off, today) is None


def told(people) -> dict[str, list[str]]:
    """Who has been told of which reviews, by name."""
    found = {}
    for name, user in people.users.items():
        with acting(user) as by:
            kinds = sorted(visible(by, Notice).filter(kind__startswith="agreement.").values_list("kind", flat=True))
        if kinds:
            found[name] = kinds
    return found


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_keepers_are_told_once_at_each_step_and_anew_after_an_extension():
    people = load_people()
    start = timezone.now()
    with acting(people.users["ines"]) as by:
        review = timezone.localdate() + timedelta(days=80)
        agreement = visible(by, SharingAgreement).get()
        version = new_version(by=by, agreement=agreement, details=VersionDetails(timezone.localdate(), review, 400))
    keepers = ("grace", "omar", "ines", "paul")
    expected: list[str] = []
    for days, more in ((10, []), (20, ["60"]), (21, []), (50, ["30"]), (80, ["0"]), (83, [])):
        with time_machine.travel(start + timedelta(days=days)):
            remind_of_reviews()
            remind_of_reviews()
        expected = sorted([*expected, *(f"agreement.review_{each}" for each in more)])
        assert told(people) == (dict.fromkeys(keepers, expected) if expected else {})
    with acting(people.users["ines"]) as by:
        put_review_off(by=by, version=version, until=review + timedelta(days=30), reason="The board meets then.")
    with time_machine.travel(start + timedelta(days=84)):
        remind_of_reviews()
    assert told(people) == dict.fromkeys(keepers, sorted([*expected, "agreement.review_30"]))
    with acting(people.users["grace"]) as by:
        notice = open_notices(by)[0]
        assert (notice.subject, notice.url_name, notice.url_args) == ("version 2", "agreements", ())
