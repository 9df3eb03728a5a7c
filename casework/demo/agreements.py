"""The partnership's sharing agreement: a second version that all but one have signed, and a fire service whose checks are under way."""

from datetime import timedelta

from django.contrib.auth.models import Group

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.agreements import (
    VersionDetails,
    move_agency,
    new_version,
    propose_agency,
    record_checks,
    record_signature,
)
from casework.commands.powers import record_power_check, switch_power
from casework.demo.people import DEMO
from casework.demo.story import Story
from casework.models import (
    Agency,
    AgencyType,
    AgreementParty,
    AgreementVersion,
    DueDiligence,
    LegalGateway,
    Purpose,
    SharingAgreement,
)

LEAD = "ines"
NEWCOMERS = {
    "harbour-lights": ("Harbour Lights Substance Use Service", AgencyType.SUBSTANCE_USE),
    "harbourne-fire": ("Harbourne Fire and Rescue", AgencyType.FIRE_RESCUE),
}
PURPOSES = [
    Purpose.DA_SAFETY, Purpose.CHILD_SAFEGUARD, Purpose.ADULT_SAFEGUARD, Purpose.CRIME_PREVENT, Purpose.ASB_MANAGE, Purpose.ASB_CASE_REVIEW,
    Purpose.HOUSING_MGMT,
]  # fmt: skip
TERMS = [
    ("Who takes part, and for what benefit", "The agencies that have signed, on the Harbourne MARAC and the Harbourne ASB panel, so that people at risk are made safer sooner."),
    ("Powers relied on", "Each decision names its own power. No power is called the power of the meeting."),
    ("Information that is shared", "What is necessary for the case on the agenda, statement by statement. Confidential health information waits for a second person."),
    ("Informing the people concerned, and consent", "The victim's views are always recorded. Consent is asked for where it is safe to ask; it is not the lawful basis."),
    ("Who is controller, and who holds the system", "Each agency is controller of what it brings. The council holds the system for all of them."),
    ("Security", "Named accounts, packs that are protected, nothing sent to shared mailboxes."),
    ("How long it is kept", "As the schedule of the partnership says; reviewed with this agreement."),
    ("Requests from the people concerned", "The agency that is asked tells the others within two working days. Nothing is said to anybody that could reach the alleged perpetrator."),
    ("If something goes wrong", "The coordinator and the governance leads are told at once, day and night."),
]  # fmt: skip
FIRE_CHECKS = [DueDiligence.REGISTRATION, DueDiligence.LEAD, DueDiligence.LIAISON, DueDiligence.INCIDENTS]
CHIEF = "Chief officer"


def tell_agreements(story: Story) -> None:
    """The agreement's part of the story; the commands are the product's own."""
    newcomers = _newcomers(story)
    _join(story, newcomers["harbour-lights"])
    _second_version(story)
    _sign_again(story)
    _begin(story, newcomers["harbourne-fire"])
    _say_of_powers(story)


def _newcomers(story: Story) -> dict[str, Agency]:
    """Two more agencies, without a seat and without people: an administrator adds them."""
    made = {}
    with recording(by=DEMO, event="demo.loaded"):
        for slug, (name, kind) in NEWCOMERS.items():
            group = Group.objects.create(name=f"agency {slug}")
            partnership = story.people.partnerships["harbourne"]
            made[slug] = Agency(partnership=partnership, group=group, name=name, slug=slug, type=kind)
            made[slug].save()
    return made


def _agreement(by: Viewer) -> SharingAgreement:
    return visible(by, SharingAgreement).get()


def _version(by: Viewer, number: int) -> AgreementVersion:
    return visible(by, AgreementVersion).get(number=number)


def _join(story: Story, agency: Agency) -> None:
    """From proposed to active, under the first version."""
    day = story.before(200)
    with story.on(LEAD, day) as by:
        party = propose_agency(by=by, agreement=_agreement(by), agency=agency)
        party = move_agency(by=by, party=party, to=AgreementParty.State.DUE_DILIGENCE)
        party = record_checks(by=by, party=party, done=DueDiligence.values)
        record_signature(by=by, party=party, version=_version(by, 1), signatory=CHIEF, signed_on=day)
        party = move_agency(by=by, party=party, to=AgreementParty.State.SIGNED)
        move_agency(by=by, party=party, to=AgreementParty.State.ACTIVE)


def _second_version(story: Story) -> None:
    first_day = story.before(20)
    details = VersionDetails(first_day, first_day + timedelta(days=365), 60, list(PURPOSES), TERMS)
    with story.on(LEAD, story.before(34)) as by:
        new_version(by=by, agreement=_agreement(by), details=details)


def _sign_again(story: Story) -> None:
    """Everybody but the substance use service has signed by now."""
    day = story.before(13)
    with story.on(LEAD, day) as by:
        version = _version(by, 2)
        for party in visible(by, AgreementParty).exclude(agency__slug__in=NEWCOMERS).order_by("agency__name"):
            record_checks(by=by, party=party, done=DueDiligence.values)
            record_signature(by=by, party=party, version=version, signatory=CHIEF, signed_on=day)


def _begin(story: Story, agency: Agency) -> None:
    with story.on(LEAD, story.before(9)) as by:
        party = propose_agency(by=by, agreement=_agreement(by), agency=agency)
        party = move_agency(by=by, party=party, to=AgreementParty.State.DUE_DILIGENCE)
        record_checks(by=by, party=party, done=FIRE_CHECKS)


def _say_of_powers(story: Story) -> None:
    """One power is not used here; the text of another was read more than a year ago."""
    with story.on(LEAD, story.before(6)) as by:
        by_code = {
            row.code: row for row in LegalGateway.objects.filter(code__in=["HA_213B", "CDA115", "POLICE_COMMON"])
        }
        note = "Not for these panels: the housing team has a form of its own for such referrals."
        switch_power(by=by, gateway=by_code["HA_213B"], is_on=False, note=note)
        record_power_check(by=by, gateway=by_code["CDA115"], checked_on=story.before(6))
        record_power_check(by=by, gateway=by_code["POLICE_COMMON"], checked_on=story.before(400))
