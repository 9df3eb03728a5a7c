"""A year of the Harbourne MARAC, told by its own commands: referrals, meetings, actions, a repeat, a conflict."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.commands.access import declare_conflict, end_grant
from casework.commands.actions import close_action
from casework.commands.assessments import AssessmentDetails, version_in_force
from casework.commands.circulation import circulate
from casework.commands.hearings import (
    Attended,
    Promise,
    agree_action,
    agree_risk,
    conclude_meeting,
    record_attendance,
    record_hearing,
    start_meeting,
)
from casework.commands.matching import check_referral
from casework.commands.meetings import list_case, plan_meeting
from casework.commands.parties import PartyDetails
from casework.commands.referrals import ReferralDetails, take_on
from casework.commands.research import Statement, record_wishes
from casework.commands.screening import accept, decide_matches
from casework.demo.invented import FORENAMES, SURNAMES, address
from casework.demo.outward import safe_way
from casework.demo.sharing import answers_for, shares_for
from casework.demo.story import LONDON, Story
from casework.models import (
    Action,
    Case,
    CaseGrant,
    Hearing,
    MatchKind,
    MatchProposal,
    Meeting,
    Referral,
    ResearchReturn,
)
from casework.queries.calendar import working_days_after, working_days_before
from casework.queries.meetings import candidate, window_ends
from casework.risk.scoring import items
from marac.commands import MaracDetails, record_contact, submit_referral
from marac.demo_cases import KINDS, Kind
from marac.demo_research import answer

NEXT_MEETING_WORKING_DAYS = 9
LATELY_DAYS = 7  # clients of these days wait for their first call
REFERRERS = ("dan", "dan", "tess", "lena", "dan", "sam", "priya")
WOMEN = [
    "Abigail",
    "Adele",
    "Aisha",
    "Alison",
    "Amanda",
    "Anita",
    "Ayesha",
    "Beatrice",
    "Bronwen",
    "Carmen",
    "Catherine",
    "Cerys",
    "Charlotte",
    "Courtney",
    "Danielle",
    "Deborah",
    "Donna",
    "Eleanor",
    "Emily",
    "Fatima",
    "Fiona",
    "Gemma",
    "Gwen",
    "Hannah",
    "Harriet",
    "Irene",
    "Isabel",
    "Jasmine",
    "Joanne",
    "Kelly",
    "Lauren",
    "Leah",
    "Lorna",
    "Louise",
    "Margaret",
    "Megan",
    "Miriam",
    "Nadia",
    "Naomi",
    "Nia",
    "Olivia",
    "Pamela",
    "Phoebe",
    "Rachel",
    "Rhian",
    "Rosemary",
    "Sabrina",
    "Shabana",
    "Sian",
    "Sophie",
    "Stephanie",
    "Tanya",
    "Teresa",
    "Vera",
    "Yasmin",
    "Yvonne",
    "Zara",
]
MEN = [
    "Adam",
    "Aidan",
    "Andrew",
    "Asif",
    "Barry",
    "Bilal",
    "Brandon",
    "Callum",
    "Carl",
    "Charles",
    "Colin",
    "Craig",
    "Darren",
    "Dominic",
    "Dylan",
    "Edward",
    "Ethan",
    "Felix",
    "Gareth",
    "Gavin",
    "Graham",
    "Harvey",
    "Hassan",
    "Henry",
    "Imran",
    "Jacob",
    "Jason",
    "Keith",
    "Kevin",
    "Kyle",
    "Leonard",
    "Luke",
    "Marcus",
    "Martin",
    "Nathan",
    "Nigel",
    "Oscar",
    "Owen",
    "Paul",
    "Ralph",
    "Richard",
    "Ross",
    "Russell",
    "Scott",
    "Simon",
    "Stuart",
    "Terence",
    "Usman",
    "Vincent",
    "Wayne",
]
NECESSITY = "Each agency needs the whole picture to make one plan that keeps her safe."
VIEWS = "Asked by the adviser; what she wants is recorded with each case."


@dataclass
class Known:
    """A couple whom the story has met, for the repeat."""

    kind: Kind
    parties: list[PartyDetails]


class MaracYear:
    """Tells the year month by month; the last meeting lies ahead."""

    def __init__(self, story: Story):
        self.story = story
        self.panel = story.people.panels["harbourne-marac"]
        self.couples: list[Known] = []
        self.made = 0

    def tell(self) -> None:
        for month in range(11, 0, -1):
            self._past_month(self.story.before(30 * month), cases=2 + (month % 4 == 0), last=month == 1)
        self._next_meeting(working_days_after(self.story.today, NEXT_MEETING_WORKING_DAYS))

    def _past_month(self, day: date, cases: int, last: bool) -> None:
        for number in range(cases):
            self._refer_and_accept(day - timedelta(days=24 - number))
        meeting = self._prepare(day)
        with self.story.on("grace", working_days_before(day, 7)) as by:
            self._set_windows(by, meeting, datetime.now(LONDON) + timedelta(days=400))
        self._research(meeting, working_days_before(day, 3), full=True)
        self._sit(meeting, day)
        self._close_actions(meeting, day, everything=not last)
        with self.story.on("grace", self.story.today, 9) as by:
            self._set_windows(by, meeting, window_ends(meeting))

    def _next_meeting(self, day: date) -> None:
        for number in range(5):
            self._refer_and_accept(self.story.before(12 - number), reached=number < 4)
        again = self.couples[4]
        self._refer_and_accept(self.story.before(6), again)
        meeting = self._prepare(day, circulated_on=self.story.before(1))
        self._research(meeting, self.story.today, full=False)
        self._conflict(meeting)
        for number in (2, 1):
            self._refer(self.story.before(number), self.couples[9] if number == 1 else None)

    # referrals

    def _refer(self, day: date, known: Known | None = None) -> tuple[Referral, Known]:
        criteria = ["marac_repeat"] if known else []
        known = known or self._invent()
        username = REFERRERS[self.made % len(REFERRERS)]
        self.made += 1
        with self.story.on(username, day, 11) as by:
            referral = submit_referral(
                by=by,
                panel=self.panel,
                details=ReferralDetails(reason=known.kind.reason, parties=known.parties),
                marac=MaracDetails(
                    criteria=criteria or list(known.kind.criteria), consent="given" if self.made % 3 else "not_sought", awareness="yes" if self.made % 3 else "no",
                    no_consent_reason="" if self.made % 3 else "Asking would have been overheard.", not_aware_reason="" if self.made % 3 else "No safe way to tell her yet.",
                    incident_on=day - timedelta(days=2), incident_count=1 + self.made % 4,
                ),
                assessment=self._assessment(known.kind, day),
            )  # fmt: skip
        with self.story.on(username, day, 11, 5) as by:
            check_referral(referral_id=referral.pk, asked_by_id=by.user_id)
        return referral, known

    def _refer_and_accept(self, day: date, known: Known | None = None, reached: bool = True) -> Case:
        referral, known = self._refer(day, known)
        if known not in self.couples:
            self.couples.append(known)
        with self.story.on("amira", day, 15) as by:
            referral = take_on(by=by, referral=visible(by, Referral).get(pk=referral.pk))
            if day < self.story.before(LATELY_DAYS):
                record_contact(by=by, referral=referral, channel="mobile", result="reached")
        with self.story.on("grace", working_days_after(day, 1), 9) as by:
            referral = visible(by, Referral).get(pk=referral.pk)
            same = {MatchKind.REPEAT, MatchKind.RETURNING}
            found = {
                p.pk: MatchProposal.Decision.ACCEPTED
                if p.kind in same and p.score > 0.9
                else MatchProposal.Decision.REJECTED
                for p in visible(by, MatchProposal).filter(referral=referral)
            }
            if found:
                decide_matches(by=by, referral=referral, decisions=found)
            sharing = answers_for(by, self.panel, [referral.idva_service], NECESSITY, VIEWS)
            return accept(by=by, referral=referral, sharing=sharing)

    def _assessment(self, kind: Kind, day: date) -> AssessmentDetails:
        version = version_in_force("checklist-24", day)
        yes, unknown = kind.yes.split(), kind.unknown.split()
        answers = {
            item["id"]: ("yes" if item["id"] in yes else "not_known" if item["id"] in unknown else "no", "")
            for item in items(version.content)
        }
        return AssessmentDetails(version, answers, day, bool(kind.judgement), kind.judgement)

    def _invent(self) -> Known:
        dice = self.story.dice
        kind = KINDS[len(self.couples) % len(KINDS)]
        family, other = dice.sample(SURNAMES, 2)
        born = date(
            dice.randint(1954, 1956) if kind.relationship == "son" else dice.randint(1975, 2004),
            dice.randint(1, 12),
            dice.randint(1, 28),
        )
        lines, postcode = address(dice)
        phone = f"07700 900{dice.randint(100, 999)}"
        victim = PartyDetails(
            "victim", family, dice.choice(WOMEN), born_on=born, gender="Female", addresses=[("home", lines, postcode)],
            safe_contacts=[safe_way(self.story, len(self.couples), phone, dice.choice(["yes", "yes", "unknown"]), dice.choice(["Weekdays after ten", "Text first", "Not after five"]))],
            safe_addresses=[("temporary", f"{dice.randint(2, 90)} Lantern Court, Harbourne, HB9 4ZZ")] if kind.relationship == "ex-husband" else [],
        )  # fmt: skip
        perpetrator = PartyDetails(
            "alleged_perpetrator", family if kind.relationship in ("husband", "son") else other, dice.choice(MEN), gender="Male",
            born_on=date(born.year + (24 if kind.relationship == "son" else dice.randint(-4, 6)), dice.randint(1, 12), dice.randint(1, 28)), relationship=kind.relationship,
        )  # fmt: skip
        children = [
            PartyDetails(
                "child",
                family,
                dice.choice(FORENAMES),
                born_on=date(self.story.today.year - dice.randint(1, 14), dice.randint(1, 12), dice.randint(1, 28)),
                relationship="child",
            )
            for _ in range(0 if kind.relationship == "son" else dice.randint(0, 3))
        ]
        return Known(kind, [victim, perpetrator, *children])

    # the meeting

    def _prepare(self, day: date, circulated_on: date | None = None) -> Meeting:
        """Plan the meeting, list every case that waits, circulate."""
        planned = min(working_days_before(day, 15), self.story.before(14))
        with self.story.on("grace", planned) as by:
            starts = datetime.combine(day, time(9, 30), LONDON)
            meeting = plan_meeting(
                by=by,
                panel=self.panel,
                starts_at=starts,
                place="Council offices, room 2 and by video",
                minutes_available=180,
            )
        with self.story.on("grace", circulated_on or working_days_before(day, 8), 14) as by:
            for case in self._waiting(by):
                found = candidate(by, case)
                list_case(
                    by=by, meeting=meeting, case=case, minutes=self.panel.minutes_per_case, listing_reason=found.reason
                )
            circulate(
                by=by,
                meeting=meeting,
                shares=shares_for(by, meeting),
                research_due_on=working_days_before(day, 2),
            )
        return meeting

    def _waiting(self, by: Viewer) -> list[Case]:
        from casework.queries.meetings import cases_to_list  # noqa: PLC0415 -- read anew after each month

        return list(cases_to_list(by, self.panel))

    def _set_windows(self, by: Viewer, meeting: Meeting, ends: datetime) -> None:
        """Past months are told today: their windows are held open for the telling, and then end on their day."""
        with recording(by=by, event="access.ended", subject=f"meeting {meeting.reference}"):
            for grant in CaseGrant.objects.filter(meeting=meeting):
                end_grant(grant=grant, at=ends)

    def _kind_of(self, hearing: Hearing) -> Kind:
        return KINDS[(hearing.case_id + hearing.number) % len(KINDS)] if hearing.referral is None else next(
            known.kind for known in self.couples if known.kind.reason == hearing.referral.reason
        )  # fmt: skip

    def _hearings(self, by: Viewer, meeting: Meeting) -> list[Hearing]:
        return list(
            visible(by, Hearing)
            .filter(meeting=meeting)
            .select_related("case", "meeting__panel", "referral")
            .order_by("number")
        )

    def _research(self, meeting: Meeting, day: date, full: bool) -> None:
        """Each seat answers; in the meeting that lies ahead, some have not yet."""
        with self.story.on("grace", day, 8) as by:
            kinds = {hearing.pk: self._kind_of(hearing) for hearing in self._hearings(by, meeting)}
        for username in ("dan", "tess", "priya", "sam", "lena") if full else ("dan", "sam"):
            with self.story.on(username, day, 11) as by:
                asked = list(
                    visible(by, ResearchReturn)
                    .filter(hearing__meeting=meeting, agency_id=by.agency_id)
                    .select_related("hearing__meeting", "case")
                    .order_by("hearing__number")
                )
                for row in asked if full else asked[:3]:
                    answer(by, self.story.people, row, username, kinds[row.hearing_id])
        with self.story.on("amira", day, 16) as by:
            for hearing in self._hearings(by, meeting)[: None if full else 2]:
                record_wishes(
                    by=by,
                    hearing=hearing,
                    statement=Statement("reported", "all_present", kinds[hearing.pk].wishes, ["personal"]),
                )

    def _conflict(self, meeting: Meeting) -> None:
        """sam told the coordinator that one of the families lives next door to him."""
        with self.story.on("grace", self.story.today, 9) as by:
            case = self._hearings(by, meeting)[-1].case
            with recording(by=by, event="conflict.declared", cases=[case.reference]):
                declare_conflict(
                    by=by,
                    user=self.story.people.users["sam"],
                    panel_id=self.panel.pk,
                    case=case,
                    reason="Lives next door to one of the family.",
                )

    def _sit(self, meeting: Meeting, day: date) -> None:
        agencies = self.story.people.agencies
        names = {"harbourne-police": "Dan Whitlock", "safe-harbour": "Amira Haddad", "harbourne-csc": "Tess Calloway", "quay-street": "Priya Nair", "harbourne-probation": "Sam Okoro", "harbourne-homes": "Lena Fischer"}  # fmt: skip
        with self.story.on("grace", day, 9, 30) as by:
            meeting = start_meeting(by=by, meeting=visible(by, Meeting).get(pk=meeting.pk))
            record_attendance(
                by=by,
                meeting=meeting,
                lines=[Attended(agencies[slug].pk, "present", name, True) for slug, name in names.items()],
            )
        with self.story.on("helen", day, 10) as by:
            for hearing in self._hearings(by, meeting):
                self._hear(by, hearing, day)
        with self.story.on("grace", day, 12, 30) as by:
            conclude_meeting(by=by, meeting=visible(by, Meeting).get(pk=meeting.pk))

    def _hear(self, by: Viewer, hearing: Hearing, day: date) -> None:
        kind = self._kind_of(hearing)
        risk = agree_risk(by=by, hearing=hearing, target="victim", text=kind.risk)
        for slug, target, text, _ in kind.actions:
            promise = Promise(self.story.people.agencies[slug], text, working_days_after(day, 10), target, "no", risk)
            agree_action(by=by, hearing=hearing, promise=promise)
        record_hearing(
            by=by, hearing=hearing, version=None, risk_level="high", summary=kind.summary, status=Hearing.Status.HEARD
        )

    def _close_actions(self, meeting: Meeting, day: date, everything: bool) -> None:
        """Owners close what they promised; after the last meeting the police and one other still owe theirs."""
        outcomes = {text: outcome for kind in KINDS for _, _, text, outcome in kind.actions}
        owners = {
            "harbourne-police": "dan",
            "harbourne-csc": "tess",
            "quay-street": "priya",
            "harbourne-probation": "sam",
            "harbourne-homes": "lena",
            "safe-harbour": "amira",
        }
        closed_on = min(working_days_after(day, 8), self.story.before(1))
        for slug, username in owners.items():
            if not everything and slug in ("harbourne-police", "harbourne-csc"):
                continue
            with self.story.on(username, closed_on, 14) as by:
                for number, action in enumerate(
                    visible(by, Action)
                    .filter(hearing__meeting=meeting, agency__slug=slug)
                    .select_related("case", "hearing")
                ):
                    status = Action.Status.NOT_POSSIBLE if (action.pk + number) % 9 == 0 else Action.Status.DONE
                    text = (
                        "She moved out of the area before it could be done."
                        if status == Action.Status.NOT_POSSIBLE
                        else outcomes[action.description]
                    )
                    close_action(by=by, action=action, status=status, outcome=text)


def tell_story(story: Story) -> None:
    """The MARAC's part of the demo."""
    MaracYear(story).tell()
