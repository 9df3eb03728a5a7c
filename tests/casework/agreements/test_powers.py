"""The list of powers as a partnership uses it: what is switched off is offered to nobody from the next request on."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.recorder import recording
from casework.access.guards import Refused
from casework.access.policies import NotNow
from casework.access.viewer import acting
from casework.commands.locking import Stale
from casework.commands.powers import record_power_check, switch_power
from casework.demo.people import DEMO
from casework.models import GatewaySetting, LegalGateway
from casework.queries.home import tasks_for
from casework.queries.powers import power_by_code, powers, try_out

pytestmark = pytest.mark.django_db
SURE = {"note": "The solicitor is asked first.", "sure": "on"}
ASKED = {
    "panel": "harbourne-marac", "discloser": "harbourne-police", "recipients": ["harbourne-council"], "purpose": "da_safety",
    "data_classes": ["personal"],
}  # fmt: skip


def row(code: str = "CDA115") -> LegalGateway:
    return LegalGateway.objects.get(code=code)


def offered(people, client, person: str = "grace", **changes) -> tuple[list[str], dict[str, str]]:
    """What the page answers to somebody who tries a disclosure: codes offered, and the sentence for each refused."""
    client.force_login(people.users[person])
    answer = client.get(reverse("powers_try"), ASKED | changes)
    assert answer.status_code == 200
    tried = answer.context["tried"].powers
    return [each.code for each in tried.offered], {each.code: sentence for each, sentence in tried.refused}


def test_a_row_that_is_switched_off_is_gone_on_the_next_request_and_comes_back(people, client):
    assert "CDA115" in offered(people, client)[0]
    client.force_login(people.users["ines"])
    page = reverse("power_switch", args=["CDA115"])
    assert client.post(page, {"to": "off", **SURE}).status_code == 302
    found, refused = offered(people, client)
    assert "CDA115" not in found
    assert refused["CDA115"] == "Switched off by your partnership."
    client.force_login(people.users["ines"])
    setting = GatewaySetting.objects.get()
    assert client.post(page, {"to": "on", "_version": setting.version, **SURE}).status_code == 302
    assert "CDA115" in offered(people, client)[0]


def test_it_is_gone_from_the_form_of_a_decision_too(full_world, people, client):
    referral = full_world.referrals["waiting"]
    with acting(people.users["grace"]) as by, recording(by=by, event="test.arranged"):
        referral.checked_at = timezone.now()
        referral.save()
    client.force_login(people.users["grace"])
    page = reverse("referral_accept", args=[referral.reference])
    before = client.get(page).content.decode()
    assert 'value="CDA115:da_safety"' in before
    with acting(people.users["ines"]) as by:
        switch_power(by=by, gateway=row(), is_on=False, note="Not now.")
    after = client.get(page).content.decode()
    assert 'value="CDA115:da_safety"' not in after
    assert client.post(page, {"power": "CDA115:da_safety"}).status_code == 422


def test_one_partnership_does_not_switch_for_another(people, client):
    with acting(people.users["ines"]) as by:
        switch_power(by=by, gateway=row(), is_on=False, note="Not here.")
    asked = {"panel": "northgate-marac", "discloser": "northgate-police", "recipients": ["northgate-council"]}
    assert "CDA115" in offered(people, client, "nell", **asked)[0]


def test_a_row_that_ships_switched_off_is_switched_on_here(people, client):
    code = "DAA_CHILD_SCHOOL"
    assert not row(code).is_offered
    with acting(people.users["ines"]) as by:
        record_power_check(by=by, gateway=row(code), checked_on=timezone.localdate())
        line = power_by_code(by, code)
        assert (line.used, line.use) == (False, "Switched off")  # to have read the text is not to use it
        with pytest.raises(NotNow, match="switched off already"):
            switch_power(by=by, gateway=row(code), is_on=False, note="Off.")
        switch_power(by=by, gateway=row(code), is_on=True, note="Counsel agrees.")
        assert power_by_code(by, code).used


@pytest.mark.parametrize(
    ("days", "said"), [(None, "Check before use"), (0, "Checked on"), (365, "Checked on"), (366, "Legal check due")]
)
def test_the_label_says_when_the_text_was_checked(people, days, said):
    with acting(people.users["ines"]) as by:
        if days is not None:
            record_power_check(by=by, gateway=row(), checked_on=timezone.localdate() - timedelta(days=days))
        assert power_by_code(by, "CDA115").check.startswith(said)
        due = [task.text for task in tasks_for(by) if task.group == "Legal powers"]
        assert due == (["Legal check due: 1 of the powers in use"] if days == 366 else [])


def test_a_checked_row_of_the_catalogue_needs_no_check_of_ours(people):
    with recording(by=DEMO, event="demo.loaded"):
        gateway = row()
        gateway.verified_on = timezone.localdate()
        gateway.save()
    with acting(people.users["ines"]) as by:
        assert power_by_code(by, "CDA115").check.startswith("Checked on")


def test_no_check_in_the_future_and_no_switch_without_a_reason(people):
    with acting(people.users["ines"]) as by:
        with pytest.raises(ValidationError, match="must not be in the future"):
            record_power_check(by=by, gateway=row(), checked_on=timezone.localdate() + timedelta(days=1))
        with pytest.raises(ValidationError, match="Say why"):
            switch_power(by=by, gateway=row(), is_on=False, note="")


def test_two_people_do_not_undo_each_other(people):
    with acting(people.users["ines"]) as by:
        switch_power(by=by, gateway=row(), is_on=False, note="Off.")
        with pytest.raises(Stale):
            switch_power(by=by, gateway=row(), is_on=True, note="On.", seen=7)
        with pytest.raises(NotNow, match="switched off already"):
            switch_power(by=by, gateway=row(), is_on=False, note="Off.")


def test_coordinators_read_and_governance_leads_write(people, client):
    status = {}
    for person in ("grace", "ines", "paul", "helen", "dan", "una", "viktor"):
        client.force_login(people.users[person])
        pages = [reverse("powers"), reverse("power", args=["CDA115"]), reverse("power_switch", args=["CDA115"])]
        status[person] = [client.get(page).status_code for page in pages]
    assert status == {
        "grace": [200, 200, 403], "ines": [200, 200, 200], "paul": [200, 200, 200],
        "helen": [403] * 3, "dan": [403] * 3, "una": [403] * 3, "viktor": [403] * 3,
    }  # fmt: skip
    with acting(people.users["grace"]) as by, pytest.raises(Refused):
        switch_power(by=by, gateway=row(), is_on=False, note="Off.")


def test_the_event_names_the_power_and_the_reason(people, events):
    with acting(people.users["ines"]) as by:
        switch_power(by=by, gateway=row(), is_on=False, note="Not here.")
        record_power_check(by=by, gateway=row(), checked_on=timezone.localdate())
    assert [(e.event, e.reason, e.details) for e in events] == [
        ("power.switched_off", "Not here.", {"power": "CDA115"}), ("power.checked", "", {"power": "CDA115"}),
    ]  # fmt: skip


def test_what_does_not_fit_says_why(people, client):
    found, refused = offered(people, client, recipients=["quay-street"])
    assert "CDA115" not in found
    assert refused["CDA115"] == (
        "A primary care service cannot receive under Crime and Disorder Act 1998 s.115 because it is not a relevant authority "
        "and does not act on behalf of one."
    )
    assert refused["CALDICOTT"].startswith("This is context, not a power")
    _, refused = offered(people, client, data_classes=["personal", "health-confidential"], purpose="sv_strategy")
    assert refused["SVD16"] == "This power does not carry confidential health information."


def test_a_request_opens_what_answers_requests(people):
    asked = {
        "panel": people.panels["harbourne-marac"], "discloser": people.agencies["harbourne-council"], "recipients": [people.agencies["harbourne-csc"]],
        "purpose": "civil_proceedings", "data_classes": ["personal"],
    }  # fmt: skip
    with acting(people.users["ines"]) as by:
        without = {each.code for each in try_out(by, requested=False, **asked).powers.offered}
        with_one = {each.code for each in try_out(by, requested=True, **asked).powers.offered}
    assert with_one - without == {"COURT_ORDER"}
    assert without < with_one


def test_the_list_shows_every_row_with_its_tuple_in_words_and_context_last(people, client):
    client.force_login(people.users["grace"])
    page = client.get(reverse("powers")).content.decode()
    for words in (
        "Crime and Disorder Act 1998 s.115",
        "or who acts on behalf of one of them",
        "Check before use",
        "Context only",
    ):
        assert words in page
    with acting(people.users["grace"]) as by:
        lines = powers(by)
    assert len(lines) == LegalGateway.objects.count()
    assert [line.is_context for line in lines] == sorted(line.is_context for line in lines)


def test_there_is_nothing_to_switch_about_context(people, client):
    client.force_login(people.users["ines"])
    assert client.get(reverse("power_switch", args=["CALDICOTT"])).status_code == 409
    assert client.get(reverse("power", args=["NO_SUCH"])).status_code == 404
