"""A second person releases what waits, in one step; the first person and the author cannot."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from casework.access.guards import Refused
from casework.access.policies import NotNow
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.releases import keep_closed, release
from casework.commands.research import Statement, return_research
from casework.models import DecisionItem, DisclosureDecision, InformationItem, ItemRelease, ResearchReturn
from casework.queries.home import tasks_for
from casework.queries.releases import waiting_of
from tests.casework.meetings import story
from tests.sharing import answers, first_choices

SECRET = "Canarysymptom"


def says(people, name, meeting, *, audience="all_present", classes=("health-confidential",), named=()):
    """The agency of `name` returns one statement on the first case, under its own decision."""
    with acting(people.users[name]) as by:
        asked = visible(by, ResearchReturn).filter(hearing__meeting=meeting).order_by("hearing__number").first()
        named = [people.agencies[slug].pk for slug in named]
        said = Statement("fact", audience, SECRET, list(classes), named=named)
        given = answers(
            "Only we know how badly she was hurt.", consent="given", confidence="public_interest", advice="Asked our lead.",
            refusal_reason="It adds nothing." if audience == "owner_only" else "",
        )  # fmt: skip
        return_research(by=by, asked=asked, statements=[said], answers=given)
        return visible(by, InformationItem).get(text=SECRET)


@pytest.fixture
def meeting(people):
    return story.circulated(people, 2)


def reads(people, name) -> bool:
    with acting(people.users[name]) as by:
        return visible(by, InformationItem).filter(text=SECRET).exists()


def released(people, name, meeting, *items):
    with acting(people.users[name]) as by:
        return release(
            by=by, meeting=meeting, items=[item.pk for item in items], answers=answers(confidence="public_interest")
        )


def test_it_is_closed_until_a_second_person_releases_it(people, meeting):
    item = says(people, "priya", meeting)
    assert {name: reads(people, name) for name in ("priya", "grace", "helen", "dan", "sam")} == {
        "priya": True, "grace": True, "helen": True, "dan": False, "sam": False,
    }  # fmt: skip
    made = released(people, "helen", meeting, item)
    assert (made.kind, made.outcome, made.decided_by) == ("release", "shared", people.users["helen"])
    assert {name: reads(people, name) for name in ("dan", "sam")} == {"dan": True, "sam": True}
    with acting(people.users["helen"]) as by:
        assert [row.item_id for row in ItemRelease.objects.all().scoped()] == [item.pk]
        assert list(visible(by, DecisionItem).filter(decision=made).values_list("item_id", "shared")) == [
            (item.pk, True)
        ]
        assert waiting_of(by, meeting) == []


def test_the_first_person_and_the_author_cannot_be_the_second(people, meeting):
    item = says(people, "priya", meeting)
    with pytest.raises(Refused, match="not the one who circulated"):
        released(people, "grace", meeting, item)
    with pytest.raises(Refused, match="Only a member|second person"):
        released(people, "dan", meeting, item)
    assert not reads(people, "dan")


def test_what_is_not_waiting_cannot_be_released(people, meeting):
    item = says(people, "priya", meeting, classes=("personal",))
    with pytest.raises(ValidationError):
        released(people, "helen", meeting, item)
    with pytest.raises(ValidationError):
        released(people, "helen", meeting)


def test_a_release_says_how_confidence_is_met(people, meeting):
    item = says(people, "priya", meeting)
    with acting(people.users["helen"]) as by, pytest.raises(ValidationError) as caught:
        release(by=by, meeting=meeting, items=[item.pk], answers=answers())
    assert caught.value.message_dict == {"confidence": ["Say how the duty of confidence is met."]}
    assert not reads(people, "dan")


def test_kept_closed_with_a_reason_and_released_later(people, meeting):
    item = says(people, "priya", meeting)
    with acting(people.users["helen"]) as by:
        made = keep_closed(by=by, meeting=meeting, items=[item.pk], reason="It adds nothing to the plan.")
        assert [row.kept_closed for row in waiting_of(by, meeting)] == ["It adds nothing to the plan."]
    assert (made.outcome, made.refusal_reason) == ("refused", "It adds nothing to the plan.")
    assert not reads(people, "dan")
    released(people, "helen", meeting, item)
    assert reads(people, "dan")


def test_what_the_office_may_not_read_is_released_by_its_classes(people, meeting):
    item = says(people, "priya", meeting, audience="named_agencies", classes=("counselling",), named=("harbourne-csc",))
    assert {name: reads(people, name) for name in ("helen", "tess")} == {"helen": False, "tess": False}
    with acting(people.users["helen"]) as by:
        (row,) = waiting_of(by, meeting)
        assert (row.item.pk, row.item.text, row.classes, row.necessity) == (
            item.pk, "", "what was said in counselling", "Only we know how badly she was hurt.",
        )  # fmt: skip
    released(people, "helen", meeting, item)
    assert {name: reads(people, name) for name in ("helen", "tess", "dan")} == {
        "helen": False,
        "tess": True,
        "dan": False,
    }


def test_nothing_is_released_before_circulation(people):
    meeting = story.listed(people, 1)
    with pytest.raises(NotNow):
        released(people, "helen", meeting)


def test_the_page_releases_the_batch_in_one_step(client, people, meeting):
    says(people, "priya", meeting)
    address = reverse("meeting_waiting", args=[meeting.reference])
    client.force_login(people.users["grace"])
    page = client.get(address).content.decode()
    assert ("You circulated this agenda" in page, '<form method="post" novalidate' in page) == (True, False)
    client.force_login(people.users["helen"])
    form = client.get(address).context["form"]
    assert form["items"].value() is None
    sent = {
        "items": [key for key, _ in form.fields["items"].choices],
        "outcome": "release",
        "confidence": "public_interest",
    }
    answer = client.post(address, sent | first_choices(form))
    assert answer.status_code == 302
    assert reads(people, "dan")
    with acting(people.users["helen"]) as by:
        assert visible(by, DisclosureDecision).filter(kind="release").count() == 1


def test_it_waits_on_the_home_of_the_second_person_alone(people, meeting):
    def waits(name) -> bool:
        with acting(people.users[name]) as by:
            return ("meeting_waiting", (meeting.reference,)) in {
                (task.url_name, task.url_args) for task in tasks_for(by)
            }

    assert {name: waits(name) for name in ("helen", "grace", "dan")} == {"helen": False, "grace": False, "dan": False}
    says(people, "priya", meeting)
    assert {name: waits(name) for name in ("helen", "grace", "dan")} == {"helen": True, "grace": False, "dan": False}
