"""What the MARAC story finds when it begins: the pair's earlier referral, and two cases that wait for a meeting."""

from datetime import date, timedelta

from django.utils import timezone

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.matching import check_referral
from casework.commands.parties import PartyDetails
from casework.commands.referrals import ReferralDetails
from casework.commands.screening import accept
from casework.demo.people import People
from casework.demo.sharing import answers_for
from casework.jobs.worker import Work
from casework.models import Referral
from marac.commands import MaracDetails, submit_referral

ZOE = PartyDetails(
    "victim", "Canarywood", "Zoë", born_on=date(1990, 4, 3),
    addresses=[("home", "12 Mill Lane", "HB4 2NZ")], safe_contacts=[("mobile", "07700 900123", "yes", "", timezone.localdate() + timedelta(days=60))],
)  # fmt: skip
KARL = PartyDetails("alleged_perpetrator", "Brackenfoot", "Karl", born_on=date(1985, 5, 9))


COUPLES = {"Ashdown": ("Nadia", 1971, "Piers"), "Birchwood": ("Solveig", 1999, "Tom")}


def couple(name: str) -> list[PartyDetails]:
    """A victim and an alleged perpetrator who resemble nobody else here."""
    given, year, other = COUPLES[name]
    victim = PartyDetails(
        "victim", name, given, born_on=date(year, 1, 30), safe_contacts=[("mobile", "07700 900777", "unknown", "")]
    )
    return [victim, PartyDetails("alleged_perpetrator", f"{name}son", other)]


def accepted_case(people: People, parties: list[PartyDetails], days_ago: int) -> str:
    """The reference of the case that a referral of dan's became, so many days ago."""
    marac = MaracDetails(criteria=["visible_high_risk"], consent="given", awareness="yes")
    details = ReferralDetails("Referred before.", parties, timezone.localdate() - timedelta(days=days_ago))
    with acting(people.users["dan"]) as by:
        panel = people.panels["harbourne-marac"]
        made = submit_referral(by=by, panel=panel, details=details, marac=marac, assessment=None)
    check_referral(referral_id=made.pk, asked_by_id=by.user_id)
    with acting(people.users["grace"]) as by:
        referral = visible(by, Referral).get(pk=made.pk)
        sharing = answers_for(by, panel, [referral.idva_service], "She needs an adviser.", "She agrees.")
        return accept(by=by, referral=referral, sharing=sharing).reference


def run_worker() -> None:
    """What `manage.py work` would do now."""
    Work().queued()
