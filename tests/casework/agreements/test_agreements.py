"""An agreement from its first version to the day an agency leaves: what counts as signed, what ends, what stays."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.utils import timezone

from casework.access.guards import Refused
from casework.access.policies import NotNow, check_agreement_reviewed
from casework.access.scope import visible
from casework.access.viewer import Viewer, acting, has_signed, viewer_for
from casework.commands import agreements as commands
from casework.commands.access import grant_to_agency
from casework.commands.agreements import VersionDetails
from casework.commands.locking import Stale
from casework.models import (
    AgreementParty,
    AgreementSignature,
    AgreementVersion,
    Basis,
    Case,
    CaseGrant,
    CaseUserGrant,
    DueDiligence,
    InformationItem,
    SharingAgreement,
)
from casework.queries import agreements as queries
from casework.queries.home import tasks_for
from tests.world import WINDOWED, arranging

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
State = AgreementParty.State


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def agreement(by: Viewer) -> SharingAgreement:
    return visible(by, SharingAgreement).get()


def party(by: Viewer, slug: str) -> AgreementParty:
    return visible(by, AgreementParty).get(agency__slug=slug)


def current(by: Viewer) -> AgreementVersion:
    return queries.agreements(by)[0].version


def second_version(people, *, grace: int = 10, review: int = 365, by: str = "ines") -> AgreementVersion:
    with acting(people.users[by]) as who:
        details = VersionDetails(timezone.localdate(), day(review), grace, ["da_safety"], [("Security", "Kept safe.")])
        return commands.new_version(by=who, agreement=agreement(who), details=details)


def signed(people, slug: str) -> bool:
    return has_signed(people.agencies[slug].pk, people.panels["harbourne-marac"].pk)


def line(people, slug: str, of: str = "ines") -> queries.AgencyLine:
    with acting(people.users[of]) as by:
        return next(row for row in queries.agreements(by)[0].agencies if row.party.agency.slug == slug)


# Versions and grace


def test_an_earlier_signature_counts_while_the_grace_lasts_and_not_a_day_longer(people):
    version = second_version(people, grace=10)
    assert signed(people, "harbourne-csc")
    last = queries.grace_until(version)
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert (timezone.localdate(), signed(people, "harbourne-csc")) == (last, True)
        assert "today is the last day" in line(people, "harbourne-csc").standing
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        assert not signed(people, "harbourne-csc")
        assert viewer_for(people.users["tess"]).panels == frozenset()


def test_who_has_signed_the_new_version_reads_on_after_the_grace(people):
    version = second_version(people, grace=0)
    assert not signed(people, "harbourne-csc")
    assert line(people, "harbourne-csc").standing == "Without a live signature this agency is given nothing."
    with acting(people.users["ines"]) as by:  # her own agency has not signed either, and she still keeps the agreement
        commands.record_signature(
            by=by, party=party(by, "harbourne-csc"), version=version, signatory="Director", signed_on=TODAY
        )
    assert signed(people, "harbourne-csc")
    assert not signed(people, "harbourne-police")
    assert line(people, "harbourne-csc").lacks == ["9 of the checks"]
    assert line(people, "harbourne-police").lacks == ["Signature of version 2", "9 of the checks"]


def test_a_version_keeps_its_words_and_numbers_follow_each_other(people):
    first = second_version(people)
    assert (first.number, first.purposes, first.terms) == (
        2, ["da_safety"], [{"heading": "Security", "text": "Kept safe."}],
    )  # fmt: skip
    with pytest.raises(ValidationError, match="after the first day of the version before"):
        second_version(people)
    with acting(people.users["ines"]) as by, pytest.raises(ValidationError, match="review must come after"):
        commands.new_version(by=by, agreement=agreement(by), details=VersionDetails(day(5), day(5)))
    with acting(people.users["ines"]) as by:
        third = commands.new_version(by=by, agreement=agreement(by), details=VersionDetails(day(5), day(60)))
        assert third.number == 3
        assert current(by).number == 2


def test_a_signature_is_recorded_once_and_never_ahead(people):
    version = second_version(people)
    with acting(people.users["grace"]) as by:
        sign = {"by": by, "party": party(by, "quay-street"), "version": version, "signatory": "Partner"}
        with pytest.raises(ValidationError, match="must not be in the future"):
            commands.record_signature(**sign, signed_on=day(1))
        made = commands.record_signature(**sign, signed_on=day(-3))
        assert timezone.localdate(made.starts_at) == day(-3)
        with pytest.raises(ValidationError, match="signed this version already"):
            commands.record_signature(**sign, signed_on=TODAY)


# Past the review


def share(people, case: Case) -> CaseGrant:
    """A standing grant, as every command makes it, on a decision that is there already."""
    with acting(people.users["grace"]) as by, arranging(by):
        kept = visible(by, Case).select_related("panel").get(pk=case.pk)
        behind = CaseGrant.objects.filter(content_object=case, basis=Basis.WINDOW).first().decision
        group = people.agencies["harbourne-csc"].group_id
        return grant_to_agency(by=by, case=kept, group_id=group, basis=Basis.STANDING, decision=behind)


def test_nothing_new_past_the_review_and_everything_old_is_read_on(full_world, people):
    second_version(people, grace=400, review=30)
    case, panel = full_world.cases["listed"], people.panels["harbourne-marac"]

    with time_machine.travel(timezone.now() + timedelta(days=30)):
        check_agreement_reviewed(panel)  # the day of the review itself is in time
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        with pytest.raises(NotNow, match="past its review"):
            check_agreement_reviewed(panel)
        with pytest.raises(NotNow, match="past its review"):
            share(people, case)
        check_agreement_reviewed(people.panels["northgate-marac"])
        with acting(people.users["tess"]) as by:
            assert visible(by, Case).filter(pk=case.pk).exists()
        with acting(people.users["ines"]) as by:
            assert [task.text for task in tasks_for(by) if task.url_name == "agreement"] == [
                "A sharing agreement is past its review: nothing new is disclosed under it"
            ]
            version = current(by)
            commands.put_review_off(by=by, version=version, until=day(20), reason="The board meets then.")
        check_agreement_reviewed(panel)
        assert share(people, case).pk


def test_a_review_is_put_off_to_a_later_day_with_a_reason_and_by_one_person_at_a_time(people):
    version = second_version(people, review=30)
    with acting(people.users["ines"]) as by:
        for until in (TODAY, day(30)):
            with pytest.raises(ValidationError, match="later than the review is due now"):
                commands.put_review_off(by=by, version=version, until=until, reason="Later.")
        put = commands.put_review_off(by=by, version=version, until=day(40), reason="Later.", seen=version.version)
        assert (put.extended_to, put.extension_reason, put.review_on) == (day(40), "Later.", day(30))
        with pytest.raises(Stale):
            commands.put_review_off(by=by, version=version, until=day(50), reason="Too.", seen=version.version)


def test_without_a_version_in_force_nothing_is_shared(people):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.event', gen_random_uuid()::text, true)")
        cursor.execute("UPDATE casework_agreementversion SET in_force_to = %s", [day(-1)])
    with pytest.raises(NotNow, match="No sharing agreement is in force"):
        check_agreement_reviewed(people.panels["harbourne-marac"])


# States


def newcomer(people) -> AgreementParty:
    """The Surgery's place is taken back to the beginning, as if it had only been proposed."""
    with acting(people.users["ines"]) as by:
        left = commands.leave(by=by, party=party(by, "quay-street"), reason="Merged.")
        return commands.move_agency(by=by, party=left, to=State.PROPOSED)


def test_from_proposed_to_active_only_with_checks_and_a_signature(people):
    made = newcomer(people)
    with acting(people.users["ines"]) as by:
        with pytest.raises(NotNow, match="cannot become"):
            commands.move_agency(by=by, party=made, to=State.ACTIVE)
        made = commands.move_agency(by=by, party=made, to=State.DUE_DILIGENCE)
        with pytest.raises(NotNow, match="9 of the 9 checks"):
            commands.move_agency(by=by, party=made, to=State.SIGNED)
        made = commands.record_checks(by=by, party=made, done=[*DueDiligence.values, "something else"])
        assert made.checks == DueDiligence.values
        with pytest.raises(NotNow, match="has not signed"):
            commands.move_agency(by=by, party=made, to=State.SIGNED)
        commands.record_signature(by=by, party=made, version=current(by), signatory="Partner", signed_on=TODAY)
        made = commands.move_agency(by=by, party=made, to=State.SIGNED)
        assert not signed(people, "quay-street")
        made = commands.move_agency(by=by, party=made, to=State.ACTIVE)
    assert signed(people, "quay-street")


def test_active_again_only_with_a_signature_in_force(people):
    with acting(people.users["ines"]) as by:
        held = commands.move_agency(by=by, party=party(by, "quay-street"), to=State.SUSPENDED, reason="No insurance.")
    second_version(people, grace=0)
    with acting(people.users["ines"]) as by, pytest.raises(NotNow, match="has not signed"):
        commands.move_agency(by=by, party=held, to=State.ACTIVE)


def test_suspending_needs_a_reason_and_counts_at_once(full_world, people, client, events):
    client.force_login(people.users["tess"])
    address = f"/cases/{full_world.cases['listed'].reference}/"
    assert client.get(address).status_code == 200
    with acting(people.users["ines"]) as by:
        with pytest.raises(ValidationError, match="Say why"):
            commands.move_agency(by=by, party=party(by, "harbourne-csc"), to=State.SUSPENDED)
        commands.move_agency(by=by, party=party(by, "harbourne-csc"), to=State.SUSPENDED, reason="An inquiry.")
    assert [(e.event, e.reason, e.details) for e in events if e.event.startswith("agreement.")] == [
        ("agreement.agency_moved", "An inquiry.", {"of": "harbourne-csc", "from": "active", "to": "suspended"})
    ]
    assert client.get(address).status_code in (403, 404)
    with acting(people.users["ines"]) as by:
        commands.move_agency(by=by, party=party(by, "harbourne-csc"), to=State.ACTIVE)
    assert client.get(address).status_code == 200


# Leaving


def live_grants(people, slug: str) -> tuple[int, int]:
    agency = people.agencies[slug]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE rt_test_norls")
        found = (
            CaseGrant.objects.live().filter(group_id=agency.group_id).count(),
            CaseUserGrant.objects.live().filter(agency=agency).count(),
        )
        cursor.execute("RESET ROLE")
    return found


@pytest.mark.parametrize("slug", ["harbourne-csc", "safe-harbour"])
def test_leaving_ends_every_grant_and_session_and_keeps_what_was_written(full_world, people, client, slug):
    person = {**WINDOWED, "safe-harbour": "amira"}[slug]
    others = {each: live_grants(people, each) for each in ("harbourne-police", "harbourne-probation")}
    before, written = live_grants(people, slug), items_of(people, slug)
    assert sum(before) > 0
    assert written > 0
    other = client.__class__()
    client.force_login(people.users[person])
    other.force_login(people.users["dan"])
    with acting(people.users["grace"]) as by:
        left = commands.leave(by=by, party=party(by, slug), reason="It closes.")
        assert (left.state, left.reason) == ("left", "It closes.")
    assert live_grants(people, slug) == (0, 0)
    assert {each: live_grants(people, each) for each in others} == others
    assert client.get("/").headers["Location"].startswith("/accounts/login/")
    assert other.get("/").status_code == 200
    assert items_of(people, slug) == written
    client.force_login(people.users[person])
    with acting(people.users[person]) as by:
        assert (by.panels, visible(by, Case).count()) == (frozenset(), 0)
    assert client.get(f"/cases/{full_world.cases['listed'].reference}/").status_code in (403, 404)
    assert not AgreementSignature.objects.live().filter(agency__slug=slug).exists()


def items_of(people, slug: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE rt_test_norls")
        number = InformationItem.objects.all().scoped().filter(agency=people.agencies[slug]).count()
        cursor.execute("RESET ROLE")
    return number


def test_every_ended_grant_has_its_line_of_history_under_the_event_that_ended_it(full_world, people, events):
    with acting(people.users["ines"]) as by:
        before = sum(live_grants(people, "harbourne-csc"))
        commands.leave(by=by, party=party(by, "harbourne-csc"), reason="It closes.")
    (event,) = [e for e in events if e.event == "agreement.agency_left"]
    assert event.details == {"of": "harbourne-csc", "from": "active", "grants": before, "sessions": 0}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE rt_test_norls")
        cursor.execute("SELECT count(*) FROM casework_historicalcasegrant WHERE history_event_id = %s", [event.id])
        assert cursor.fetchone()[0] == before
        cursor.execute("RESET ROLE")


def test_leaving_leaves_a_task_until_the_copies_are_accounted_for(people):
    with acting(people.users["grace"]) as by:
        with pytest.raises(ValidationError, match="Say why"):
            commands.leave(by=by, party=party(by, "quay-street"), reason="")
        commands.leave(by=by, party=party(by, "quay-street"), reason="It closes.")
    assert copies_asked(people) == [("Quay Street Surgery has left: copies returned or destroyed?", day(28))]
    with acting(people.users["grace"]) as by:
        left = party(by, "quay-street")
        assert commands.record_copies(by=by, party=left).copies_returned_at is not None
        with pytest.raises(NotNow, match="once"):
            commands.record_copies(by=by, party=left)
        with pytest.raises(NotNow, match="has left"):
            commands.record_signature(by=by, party=left, version=current(by), signatory="Partner", signed_on=TODAY)
    assert copies_asked(people) == []


def copies_asked(people) -> list[tuple[str, date | None]]:
    with acting(people.users["grace"]) as by:
        return [(task.text, task.due_on) for task in tasks_for(by) if "copies" in task.text]


def test_the_database_ends_grants_for_who_keeps_the_agreement_and_of_who_has_left_alone(full_world, people):
    """Called directly by somebody else, or about an agency that is still there, the function refuses."""
    place = AgreementParty.objects.get(agency__slug="harbourne-csc")
    before = live_grants(people, "harbourne-csc")
    for person, state in (
        ("dan", "left"),
        ("nell", "left"),
        ("una", "left"),
        ("ines", "active"),
        ("ines", "suspended"),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.event', gen_random_uuid()::text, true)")
            cursor.execute("UPDATE casework_agreementparty SET state = %s WHERE id = %s", [state, place.pk])
        with pytest.raises(DatabaseError, match="Only who keeps the agreement"), acting(people.users[person]):
            commands._end_grants(place)
        assert live_grants(people, "harbourne-csc") == before


# Who


def test_who_keeps_agreements(people):
    allowed = set()
    for name, user in people.users.items():
        with acting(user) as by:
            for kept in SharingAgreement.objects.all():
                try:
                    commands.check_can_keep_agreement(by, kept)
                except Refused:
                    continue
                allowed.add((name, kept.partnership.slug))
    assert allowed == {
        ("grace", "harbourne"), ("omar", "harbourne"), ("ines", "harbourne"), ("paul", "harbourne"), ("nell", "northgate"),
    }  # fmt: skip


def test_nobody_lets_her_own_agency_back_in_or_out(people):
    with acting(people.users["grace"]) as by:
        with pytest.raises(Refused, match="Somebody of another agency"):
            commands.leave(by=by, party=party(by, "harbourne-council"), reason="We go.")
        commands.move_agency(by=by, party=party(by, "harbourne-police"), to=State.SUSPENDED, reason="An inquiry.")
    with acting(people.users["paul"]) as by:
        for step in (
            lambda: commands.move_agency(by=by, party=party(by, "harbourne-police"), to=State.ACTIVE),
            lambda: commands.leave(by=by, party=party(by, "quay-street"), reason="Out."),
            lambda: commands.propose_agency(by=by, agreement=agreement(by), agency=people.agencies["northgate-police"]),
            lambda: commands.make_agreement(by=by, title="Another", panels=[people.panels["harbourne-asb"]]),
        ):
            with pytest.raises(Refused):
                step()


def test_agencies_and_panels_of_another_partnership_are_refused(people):
    with acting(people.users["ines"]) as by:
        with pytest.raises(ValidationError, match="your partnership"):
            commands.propose_agency(by=by, agreement=agreement(by), agency=people.agencies["northgate-police"])
        with pytest.raises(ValidationError, match="a place under the agreement already"):
            commands.propose_agency(by=by, agreement=agreement(by), agency=people.agencies["quay-street"])
        with pytest.raises(ValidationError, match="your partnership"):
            commands.make_agreement(by=by, title="Another", panels=[people.panels["northgate-asb"]])
        made = commands.make_agreement(by=by, title="Another", panels=[people.panels["harbourne-asb"]])
        assert [row.panel.slug for row in made.panels.all()] == ["harbourne-asb"]


# What waits


def test_tasks_say_how_many_days_are_left(people):
    second_version(people, grace=10, review=60)
    with acting(people.users["ines"]) as by:
        tasks = {task.text: task.due_on for task in tasks_for(by)}
    assert tasks["Review a sharing agreement: 60 days left"] == day(60)
    assert tasks["Quay Street Surgery has not signed version 2: 9 days left"] == day(9)
    with time_machine.travel(timezone.now() + timedelta(days=10)), acting(people.users["ines"]) as by:
        texts = {task.text for task in tasks_for(by)}
        assert "Quay Street Surgery has no live signature and is given nothing" in texts
    for person in ("dan", "helen", "una", "nell"):
        with acting(people.users[person]) as by:
            assert [task.text for task in tasks_for(by) if task.group == queries.GROUP] == []


def test_a_review_far_ahead_is_no_task(people):
    second_version(people, grace=400, review=61)
    with acting(people.users["ines"]) as by:
        assert [task.text for task in tasks_for(by) if "eview" in task.text] == []


def test_one_agency_or_ten_take_the_same_number_of_queries(people, django_assert_num_queries):
    with acting(people.users["ines"]) as by, django_assert_num_queries(6):
        assert len(queries.agreements(by)[0].agencies) == len(
            [agency for agency in people.agencies.values() if agency.partnership.slug == "harbourne"]
        )
    with acting(people.users["nell"]) as by, django_assert_num_queries(6):
        assert len(queries.agreements(by)[0].agencies) == 3
