"""Loads the demo: the people, then each kind of panel's part of the story."""

from datetime import date, timedelta

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.reference_data import load_reference_data
from casework.demo.agreements import tell_agreements
from casework.demo.decisions import tell_decisions
from casework.demo.emergency import tell_of_an_emergency
from casework.demo.grants import tell_access_that_ends
from casework.demo.kept_out import tell_who_is_kept_out
from casework.demo.outward import tell_of_contact
from casework.demo.people import People, load_people
from casework.demo.story import Story
from casework.models import Notice, Partnership
from casework.panels.registry import panel_kinds

NEWS_DAYS = 4


class NotADemo(RuntimeError):
    """The database holds a partnership that the demo did not make."""


def load_demo(*, today: date, seed: int, cases: bool = True) -> People:
    """Make Safer Harbourne with a year of cases up to `today`. Raises `NotADemo`; does nothing for a demo that is there."""
    if Partnership.objects.filter(is_demo=False).exists():
        raise NotADemo("This database holds a partnership that the demo did not make. Nothing was loaded.")
    if Partnership.objects.exists():
        raise NotADemo("The demo is loaded already. Nothing was changed.")
    load_reference_data()
    people = load_people()
    if cases:
        story = Story(people, today, seed)
        for kind in panel_kinds():
            kind.tell_story(story)
        tell_of_contact(story)
        tell_agreements(story)
        tell_decisions(story)
        tell_who_is_kept_out(story)
        tell_of_an_emergency(story)
        tell_access_that_ends(story)
        _settle_old_news(people, today - timedelta(days=NEWS_DAYS))
    return people


def _settle_old_news(people: People, before: date) -> None:
    """Everybody has read what is older than a few days."""
    for user in people.users.values():
        with acting(user) as by:
            for notice in visible(by, Notice).filter(made_at__date__lt=before):
                notice.settled_at = notice.made_at + timedelta(days=1)
                notice.save(update_fields=["settled_at"])
