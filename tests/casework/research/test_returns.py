"""An agency's return with its own decision: what is offered, refused, recorded, and kept from others."""

import re
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.decisions import Answers
from casework.commands.research import Statement, return_research, withhold_research
from casework.demo.people import DEMO
from casework.forms.research import ReturnForms
from casework.models import (
    DecisionItem,
    DecisionRecipient,
    DisclosureDecision,
    GatewaySetting,
    InformationItem,
    ItemSource,
    LegalGateway,
    ResearchReturn,
)
from casework.queries.research import Reliance
from tests.casework.meetings import story
from tests.casework.research.answering import answers, decision, row, sent

SOURCE = "Canaryneighbour"


@pytest.fixture
def hearing(people):
    """The one hearing of a circulated meeting."""
    return story.hearings(people, story.circulated(people, 1))[0]


def post(client, people, who, hearing, data, page="hearing_return"):
    client.force_login(people.users[who])
    return client.post(reverse(page, args=[hearing.reference]), {"_key": str(uuid4()), **data})


def asked_of(by):
    return visible(by, ResearchReturn).select_related("hearing__meeting", "case").get(agency_id=by.agency_id)


def texts_of(people, who) -> list[str]:
    with acting(people.users[who]) as by:
        return [item.text for item in visible(by, InformationItem).order_by("pk")]


def test_a_gp_s_return_with_her_decision(client, people, hearing, events):
    rows = (
        row(0, text="Seen with bruising.", data_classes=["special"]),
        row(1, share=None, text="Canarykept", data_classes=["health-confidential"]),
    )
    page = post(
        client, people, "priya", hearing, sent(*rows, **decision("priya", refusal_reason="Not about the risk."))
    )
    assert page.status_code == 302, page.context["form"].errors
    with acting(people.users["priya"]) as by:
        made = visible(by, DisclosureDecision).select_related("gateway", "condition", "agency").get(kind="own")
        assert (made.outcome, made.state, made.agency.slug, made.case_id) == (
            "partly",
            "final",
            "quay-street",
            hearing.case_id,
        )
        assert (made.gateway.code, made.condition.code, made.purpose) == ("NHS_CONF", "TASK_SAFEGUARD", "da_safety")
        assert (made.gateway_version, made.decided_by_id) == (made.gateway.version, by.user_id)
        assert (made.consent, made.victim_views, made.refusal_reason) == (
            "given",
            "Not known to us.",
            "Not about the risk.",
        )
        told = DecisionRecipient.objects.filter(decision=made).values_list("agency__slug", flat=True)
        assert set(told) == {
            "harbourne-police", "safe-harbour", "harbourne-csc", "harbourne-probation", "harbourne-homes", "harbourne-council",
        }  # fmt: skip
        parts = visible(by, DecisionItem).filter(decision=made).select_related("item").order_by("pk")
        assert [(part.item.text, part.shared, part.item.audience) for part in parts] == [
            ("Seen with bruising.", True, "all_present"),
            ("Canarykept", False, "owner_only"),
        ]
    assert texts_of(people, "dan") == texts_of(people, "grace") == ["Seen with bruising."]
    [event] = [event for event in events if event.event == "research.returned"]
    assert event.details == {"items": 2, "decision": made.reference, "outcome": "partly"}


def test_a_decision_that_is_made_is_frozen(people, hearing):
    with acting(people.users["priya"]) as by:
        made = return_research(
            by=by,
            asked=asked_of(by),
            statements=[Statement("fact", "all_present", "So.", ["special"])],
            answers=answers("priya"),
        )
    made.necessity = "Something else"
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        acting(people.users["priya"]) as by,
        recording(by=by, event="research.returned", cases=[hearing.case.reference]),
    ):
        made.save()
    with acting(people.users["priya"]) as by:
        assert visible(by, DisclosureDecision).get(pk=made.pk).necessity == "They cannot plan without it."


def test_a_refusal_is_recorded_with_equal_care_and_no_content(client, people, hearing):
    page = post(client, people, "priya", hearing, {"refusal_reason": ""}, "hearing_withhold")
    assert page.status_code == 422
    data = {"refusal_reason": "It was told in confidence.", "advice": "The Caldicott guardian agrees."}
    assert post(client, people, "priya", hearing, data, "hearing_withhold").status_code == 302
    with acting(people.users["priya"]) as by:
        made = visible(by, DisclosureDecision).get(kind="own")
        assert (made.outcome, made.refusal_reason, made.advice) == ("refused", data["refusal_reason"], data["advice"])
        assert (made.decided_by_id, made.gateway_id, made.necessity) == (by.user_id, None, "")
        assert asked_of(by).status == "returned"
        assert visible(by, InformationItem).count() == 0
    page = client.get(reverse("hearing_return", args=[hearing.reference])).content.decode()
    assert "It was told in confidence." in page
    assert made.reference in page
    for name in ("case", "decisions"):
        assert client.get(reverse(name, args=[hearing.case.reference])).status_code == 200
    requests = client.get(reverse("meeting_research", args=[hearing.meeting.reference])).content.decode()
    assert "Not shared" in requests


def test_when_nothing_is_ticked_only_the_reason_is_asked(client, people, hearing):
    kept = row(0, share=None, text="Canarykept")
    refused = post(client, people, "sam", hearing, sent(kept))
    assert set(refused.context["form"].decision.errors) == {"refusal_reason"}
    assert post(client, people, "sam", hearing, sent(kept, refusal_reason="No bearing on risk.")).status_code == 302
    with acting(people.users["sam"]) as by:
        assert visible(by, DisclosureDecision).get(kind="own").outcome == "refused"
    assert texts_of(people, "sam") == ["Canarykept"]
    assert texts_of(people, "grace") == []


def offered(client, people, who, hearing) -> tuple[set[str], set[str]]:
    """The powers and the lawful bases that the page offers."""
    client.force_login(people.users[who])
    form = client.get(reverse("hearing_return", args=[hearing.reference])).context["form"].decision
    powers = {value.partition(":")[0] for value, _ in form.fields["power"].choices}
    return powers, {value for value, _ in form.fields["condition"].choices}


def test_a_charity_is_not_offered_what_it_cannot_rely_on(client, people, hearing):
    story.assign_amira(people, hearing.case)
    powers, bases = offered(client, people, "amira", hearing)
    assert "CDA115" in powers
    assert powers & {"POLICE_COMMON", "NHS_CONF", "CA89_17_OUT", "CA04_10_11"} == set()
    assert "RLI_SAFEGUARD" in bases
    assert {code for code in bases if code.startswith(("TASK", "P3"))} == set()
    page = client.get(reverse("hearing_return", args=[hearing.reference])).content.decode()
    assert "An IDVA service cannot disclose under Common law (policing purposes)" in page
    forged = sent(row(), **decision("amira", power="POLICE_COMMON:da_safety", condition="TASK_SAFEGUARD"))
    answer = post(client, people, "amira", hearing, forged)
    assert set(answer.context["form"].decision.errors) == {"power", "condition"}
    assert texts_of(people, "amira") == []


def test_a_public_body_is_not_offered_a_legitimate_interest(client, people, hearing):
    """LB-01; and the command refuses what the page does not offer."""
    _, bases = offered(client, people, "dan", hearing)
    assert bases & {"RLI_SAFEGUARD", "LI_SAFEGUARD", "LI_PLAIN"} == set()
    assert "P3_SAFEGUARD" in bases
    forged = answers("dan", condition=answers("lena").condition)
    with acting(people.users["dan"]) as by, pytest.raises(ValidationError) as refused:
        return_research(
            by=by, asked=asked_of(by), statements=[Statement("fact", "all_present", "So.", ["offence"])], answers=forged
        )
    assert (
        refused.value.message_dict["condition"][0]
        == "A public body cannot rely on a legitimate interest for its own tasks."
    )
    assert texts_of(people, "dan") == []


def test_whom_the_power_does_not_reach_is_said_beside_it_and_nothing_typed_is_lost(client, people, hearing):
    typed = sent(row(0, text="Canarytyped", data_classes=["offence"]), **decision("sam", necessity="Canarywhy"))
    refused = post(client, people, "sam", hearing, typed)
    assert refused.status_code == 422
    assert list(refused.context["form"].decision.errors) == ["power"]
    page = refused.content.decode()
    assert "A primary care service cannot receive under Crime and Disorder Act 1998 s.115" in page
    assert "Canarytyped" in page
    assert "Canarywhy" in page
    assert len(re.findall(r"<input[^>]* checked", page)) == 10  # everything that was ticked
    assert texts_of(people, "sam") == []
    named = [people.agencies[slug].pk for slug in ("harbourne-police", "harbourne-csc")]
    typed |= {"item-0-audience": "named_agencies", "item-0-named": named}
    assert post(client, people, "sam", hearing, typed).status_code == 302
    assert texts_of(people, "dan") == texts_of(people, "tess") == ["Canarytyped"]
    assert texts_of(people, "priya") == []


def test_a_third_person_is_weighed(client, people, hearing):
    about = row(0, about_others="yes", others="her sister")
    refused = post(client, people, "priya", hearing, sent(about, **decision("priya")))
    assert refused.status_code == 422
    assert set(refused.context["form"].rows.forms[0].errors) == {"proportionality"}
    about["item-0-proportionality"] = "She asked us to help."
    assert post(client, people, "priya", hearing, sent(about, **decision("priya"))).status_code == 302
    with acting(people.users["dan"]) as by:
        item = visible(by, InformationItem).get()
    assert item.marks == ("Must never reach the alleged perpetrator", "About: her sister")
    unweighed = Statement("fact", "all_present", "So.", ["special"], others="his mother")
    with acting(people.users["priya"]) as by, pytest.raises(ValidationError, match="justified"):
        return_research(by=by, asked=asked_of(by), statements=[unweighed], answers=answers("priya"))


def test_what_was_said_in_confidence_needs_its_answers(client, people, hearing):
    told = row(0, data_classes=["health-confidential"])
    refused = post(client, people, "priya", hearing, sent(told, **decision("priya", consent="refused")))
    assert set(refused.context["form"].decision.errors) == {"override_reason", "confidence", "advice"}
    answered = decision(
        "priya", consent="refused", override_reason="Her life is in danger.", confidence="public_interest", advice="The Caldicott guardian agrees."
    )  # fmt: skip
    assert post(client, people, "priya", hearing, sent(told, **answered)).status_code == 302
    assert texts_of(people, "priya") == ["Canarytext"]
    assert texts_of(people, "dan") == []  # it waits for a second person
    statement = Statement("fact", "all_present", "So.", ["health-confidential"])
    with acting(people.users["priya"]) as by, pytest.raises(ValidationError) as refused:
        return_research(by=by, asked=asked_of(by), statements=[statement], answers=answers("priya", consent="refused"))
    assert set(refused.value.message_dict) == {"override_reason", "confidence", "advice"}


def test_a_protected_source_is_shown_to_its_own_agency_alone(client, people, hearing, events):
    data = sent(row(0, source_protected="yes", source=SOURCE), **decision("priya"))
    assert post(client, people, "priya", hearing, data).status_code == 302
    with acting(people.users["priya"]) as by:
        key = visible(by, ItemSource).get().pk
    case = reverse("case", args=[hearing.case.reference])
    for who, own in (("priya", True), ("dan", False), ("helen", False)):
        client.force_login(people.users[who])
        for address in (case, reverse("hearing", args=[hearing.reference])):
            page = client.get(address).content.decode()
            assert "Source protected" in page
            assert SOURCE not in page
        assert ("item_source" in client.get(case).content.decode()) is own
        answer = client.post("/reveal/", {"kind": "item_source", "key": key, "why": "contact"})
        assert (SOURCE in answer.content.decode()) is own
        assert (answer.status_code == 404) is not own
    [event] = [event for event in events if event.event == "safe.revealed"]
    assert event.cases == [hearing.case.reference]
    assert SOURCE not in repr(events)


def test_what_is_only_said_has_no_content(client, people, hearing):
    said = row(0, share="verbal_only")
    assert post(client, people, "priya", hearing, sent(said, **decision("priya"))).status_code == 422
    said["item-0-text"] = ""
    assert post(client, people, "priya", hearing, sent(said, **decision("priya"))).status_code == 302
    assert texts_of(people, "dan") == [""]


def test_nothing_that_must_be_thought_about_is_filled_in(client, people, hearing):
    client.force_login(people.users["priya"])
    form = client.get(reverse("hearing_return", args=[hearing.reference])).context["form"]
    for part in (*form.rows.forms, form.decision):
        filled = {name for name in part.fields if part[name].value() not in (None, "", [], ["", "", ""])}
        assert filled == ({"never_to_perpetrator"} if part is not form.decision else set())


def test_another_row_keeps_the_decision_that_was_typed(client, people, hearing):
    page = post(client, people, "priya", hearing, sent(row(0), **decision("priya")) | {"more": "1"})
    assert page.status_code == 200
    form = page.context["form"]
    assert len(form.rows.forms) == 2
    assert form.decision["necessity"].value() == "Canarynecessity"
    assert form.decision["power"].value() == "NHS_CONF:da_safety"
    assert 'value="NHS_CONF:da_safety" checked' in page.content.decode()


def test_one_agency_decides_for_itself_alone(client, people, hearing):
    with acting(people.users["priya"]) as by:
        asked = asked_of(by)
    with acting(people.users["dan"]) as by, pytest.raises(PermissionDenied):
        withhold_research(by=by, asked=asked, reason="Not ours.")
    assert post(client, people, "amira", hearing, {"refusal_reason": "x"}, "hearing_withhold").status_code == 404


def test_an_agency_without_a_seat_is_not_named(people, hearing):
    stranger = people.agencies["northgate-police"].pk
    statement = Statement("fact", "named_agencies", "So.", ["special"], named=[stranger])
    with acting(people.users["priya"]) as by, pytest.raises(ValidationError, match="seat"):
        return_research(by=by, asked=asked_of(by), statements=[statement], answers=answers("priya"))


def test_an_empty_decision_is_refused_by_the_command(people, hearing):
    nothing = Answers(gateway=None, condition=None, purpose="", necessity="", victim_views="")
    with acting(people.users["priya"]) as by, pytest.raises(ValidationError) as refused:
        return_research(
            by=by,
            asked=asked_of(by),
            statements=[Statement("fact", "all_present", "So.", ["special"])],
            answers=nothing,
        )
    assert {"gateway", "condition", "necessity", "victim_views"} <= set(refused.value.message_dict)


def test_each_kind_of_panel_says_what_stays_from_the_alleged_perpetrator(people):
    kinds = {slug: people.panels[slug].plugin.never_to_perpetrator for slug in ("harbourne-marac", "harbourne-asb")}
    assert kinds == {"harbourne-marac": True, "harbourne-asb": False}
    for never in kinds.values():
        form = ReturnForms(others=[], offered=Reliance(), never=never)
        assert form.rows.forms[0]["never_to_perpetrator"].value() is never


def test_a_statement_may_be_let_reach_the_alleged_perpetrator(client, people, hearing):
    open_to_him = row(0)
    del open_to_him["item-0-never_to_perpetrator"]
    assert post(client, people, "priya", hearing, sent(open_to_him, **decision("priya"))).status_code == 302
    with acting(people.users["dan"]) as by:
        assert visible(by, InformationItem).get().marks == ()


def test_the_chair_s_agency_is_the_recipient_of_what_is_for_the_chair(people, hearing):
    for_her = Statement("fact", "chair_only", "So.", ["special"])
    with acting(people.users["priya"]) as by:
        made = return_research(by=by, asked=asked_of(by), statements=[for_her], answers=answers("priya"))
        told = DecisionRecipient.objects.filter(decision=made).values_list("agency__slug", flat=True)
        assert list(told) == ["harbourne-police"]


def test_a_power_that_is_switched_off_is_gone_on_the_next_request(client, people, hearing):
    assert "NHS_CONF" in offered(client, people, "priya", hearing)[0]
    with recording(by=DEMO, event="demo.loaded"):
        GatewaySetting(
            partnership=people.partnerships["harbourne"], gateway=LegalGateway.objects.get(code="NHS_CONF"), is_on=False
        ).save()
    assert "NHS_CONF" not in offered(client, people, "priya", hearing)[0]
    assert (
        "Switched off by your partnership."
        in client.get(reverse("hearing_return", args=[hearing.reference])).content.decode()
    )
