"""How the invented people can be reached: until when it is safe, what runs out next week, and what waits for another agency."""

from datetime import timedelta

from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.onward import ask_onward
from casework.commands.outward import make_contact
from casework.commands.parties import HiddenPlace, Way
from casework.commands.safe import add_safe_way, say_safe
from casework.demo.story import Story
from casework.models import Case, OutwardContact, Party, PartyRole, SafeAddress, SafeContact
from casework.queries.onward import statements_of_others
from casework.queries.outward import my_cases

USE = "The school asks for a letter about the children's absences. We would tell its head teacher that the police attended."


def safe_way(story: Story, number: int, phone: str, safe: str, times: str) -> Way:
    """A mobile phone; a safe one for some weeks from today, longer for each person than for the one before."""
    until = story.today + timedelta(days=21 + 7 * (number % 12)) if safe == SafeContact.Safe.YES else None
    return Way("mobile", phone, safe, times, until)


def tell_of_contact(story: Story) -> None:
    """One contact runs out next week, one is not confirmed, a safe address takes post, and a question waits for the police."""
    with story.on("amira", story.today, 9, 10) as by:
        victims = [_victim(by, case) for case in my_cases(by).order_by("-opened_at")[:3]]
        if len(victims) == 3:
            _runs_out(by, story, victims[0])
            add_safe_way(by=by, party=victims[1], way=Way("landline", "01632 960148", "unknown", "Her mother answers"))
            _takes_post(by, story, victims[2])
    with story.on("tess", story.before(2), 11) as by:
        case = visible(by, Case).filter(pk__in=_with_police(by)).order_by("pk").first()
        if case:
            ask_onward(by=by, item=_police(by, case).first(), use=USE)


def _victim(by: Viewer, case: Case) -> Party:
    return visible(by, Party).filter(case=case, role=PartyRole.VICTIM).order_by("pk").first()


def _runs_out(by: Viewer, story: Story, victim: Party) -> None:
    contact = visible(by, SafeContact).filter(party=victim).order_by("pk").first()
    say_safe(by=by, row=contact, until=story.today + timedelta(days=5))
    case = visible(by, Case).get(pk=victim.case_id)
    make_contact(by=by, case=case, party=victim, way=OutwardContact.Way.CALL, purpose="To plan the week")


def _takes_post(by: Viewer, story: Story, victim: Party) -> None:
    place = HiddenPlace("family", "8 Ropewalk Close\nHarbourne\nHB7 3QQ", SafeAddress.Shared.NO)
    address = add_safe_way(by=by, party=victim, way=place)
    say_safe(by=by, row=address, until=story.today + timedelta(days=60), shared=SafeAddress.Shared.NO)


def _police(by: Viewer, case: Case):
    return statements_of_others(by, case).filter(agency__slug="harbourne-police")


def _with_police(by: Viewer) -> list[int]:
    return [case.pk for case in visible(by, Case).order_by("pk") if _police(by, case).exists()]
