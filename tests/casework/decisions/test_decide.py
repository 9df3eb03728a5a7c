"""A decision to share is refused with the law's own sentences, and written whole where it can stand."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.recorder import recording
from casework.access.viewer import acting
from casework.commands.decisions import decide
from casework.models import DisclosureDecision
from tests.casework.meetings import story
from tests.sharing import answers


@pytest.fixture
def case(people):
    return story.make_case(people, "Ashdown")


def decided(people, case, given, **parts) -> DisclosureDecision:
    with acting(people.users["grace"]) as by, recording(by=by, event="case.opened", cases=[case.reference]):
        return decide(by=by, kind="case", panel=case.panel, case=case, answers=given, **parts)


def refused(people, case, given, **parts) -> dict:
    with pytest.raises(ValidationError) as caught:
        decided(people, case, given, **parts)
    return caught.value.message_dict


def test_a_decision_is_written_with_the_version_relied_on(people, case):
    given = answers(consent="refused", override_reason="She is at risk of death.", advice="Asked the adviser.")
    made = decided(
        people, case, given, recipients=[people.agencies["quay-street"]], cases=[(case, "why she was referred")]
    )
    assert (made.gateway_version, made.state, made.outcome) == (given.gateway.version, "final", "shared")
    with acting(people.users["grace"]):
        assert list(made.recipients.values_list("agency__slug", flat=True)) == ["quay-street"]
        assert [(row.case_id, row.reason) for row in made.cases.all().scoped()] == [(case.pk, "why she was referred")]


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"gateway": None}, "gateway", "Choose the power to share."),
        ({"condition": None}, "condition", "Choose the lawful basis."),
        ({"purpose": ""}, "purpose", "Choose what it is shared for."),
        ({"necessity": " "}, "necessity", "Say why sharing is necessary."),
        ({"victim_views": ""}, "victim_views", "Say what the victim's views are, or why they are not known."),
        ({"consent": "refused"}, "override_reason", "Say why it is shared without agreement."),
        ({"outcome": "partly"}, "refusal_reason", "Say why it is not shared."),
        ({"outcome": "refused"}, "refusal_reason", "Say why it is not shared."),
        ({"decided_at": timezone.now() - timedelta(days=2)}, "late_reason", "Say why this is recorded later than decided."),
        ({"decided_at": timezone.now() + timedelta(days=2)}, "decided_at", "When it was decided must not be in the future."),
    ],
)  # fmt: skip
def test_each_missing_answer_is_asked_for(people, case, changed, field, sentence):
    assert refused(people, case, replace(answers(), **changed)) == {field: [sentence]}


def test_a_refusal_needs_its_reason_alone(people, case):
    bare = replace(
        answers(), gateway=None, condition=None, purpose="", necessity="", victim_views="", outcome="refused"
    )
    made = decided(people, case, replace(bare, refusal_reason="Nothing here bears on the risk."))
    assert (made.outcome, made.gateway, made.gateway_version) == ("refused", None, None)
