"""A year of the Harbourne ASB panel: reports that become cases, contracts, and three reports that wait."""

from datetime import date, datetime, time, timedelta

from asbpanel.commands import AsbDetails, ReportDetails, open_case_from_reports, take_report
from casework.access.scope import visible
from casework.commands.circulation import circulate
from casework.commands.interventions import InterventionDetails, record_intervention
from casework.commands.meetings import list_case, plan_meeting
from casework.commands.parties import PartyDetails
from casework.demo.invented import FORENAMES, SURNAMES, address
from casework.demo.sharing import answers_for, shares_for
from casework.demo.story import LONDON, Story
from casework.models import Case, Intervention, InterventionType, Party, Report
from casework.queries.calendar import working_days_after, working_days_before
from casework.queries.meetings import candidate, cases_to_list

TROUBLES = (
    ("noise", "high", "Music and shouting most nights after eleven. She has stopped sleeping in the front room and has started to dread coming home.",
     "Not sleeping; off work for a week", "Loud music and shouting at night from the flat above, aimed at one family since they complained."),
    ("nuisance_neighbour", "medium", "Rubbish thrown over the fence twice a week and swearing at the children when they play outside.",
     "Keeps the children indoors", "Rubbish and abuse over the fence after a dispute about parking."),
    ("rowdy_behaviour", "standard", "A group of about eight by the shops every evening, throwing stones at the bus shelter.",
     "", "A group at the shops; stones and shouting in the early evening."),
    ("cuckooing", "high", "People she does not know come and go at all hours. The tenant looks frightened and says that they are friends.",
     "Frightened to open the door", "A vulnerable tenant's flat taken over by people who deal from it."),
)  # fmt: skip
WAITING = (
    ("lena", "noise", "Bass through the wall from half past ten until two, third night this week."),
    ("lena", "noise", "Party again last night. He laughed when she knocked and said that nobody would do anything."),
    ("dan", "vehicle_nuisance", "Two mopeds up and down the footpath by the school at four o'clock."),
)
NECESSITY = "The landlord, the police and the council each hold a part, and the family cannot go on as it is."
VIEWS = "They want it to stop and to stay where they are."


class AsbYear:
    """Tells the year; the next panel lies ahead."""

    def __init__(self, story: Story):
        self.story = story
        self.panel = story.people.panels["harbourne-asb"]

    def tell(self) -> None:
        for number, trouble in enumerate(TROUBLES * 2):
            self._case(trouble, self.story.before(330 - 40 * number), contract=number % 2 == 0)
        self._agenda(working_days_after(self.story.today, 6))
        place = address(self.story.dice)
        for number, (username, category, text) in enumerate(WAITING):
            self._report(
                username, self.story.before(3 - number), category, text, "", place, "The tenant at the same address"
            )

    def _report(
        self, username: str, day: date, category: str, text: str, harm: str, place: tuple[str, str], whom: str
    ) -> Report:
        dice = self.story.dice
        with self.story.on(username, day, 11) as by:
            details = ReportDetails(
                channel="phone", category=category, narrative=text, harm_to_victim=harm, place=place[0], postcode=place[1], alleged_perpetrator_text=whom,
                source_name=f"{dice.choice(FORENAMES)} {dice.choice(SURNAMES)}", source_contact=f"07700 900{dice.randint(100, 999)}",
            )  # fmt: skip
            return take_report(by=by, panel=self.panel, details=details)

    def _case(self, trouble: tuple[str, str, str, str, str], day: date, contract: bool) -> None:
        category, risk, text, harm, summary = trouble
        dice, place = self.story.dice, address(self.story.dice)
        whom = f"{dice.choice(FORENAMES)} {dice.choice(SURNAMES)}"
        reports = [
            self._report(username, day - timedelta(days=5 - n), category, text, harm, place, whom)
            for n, username in enumerate(("lena", "dan"))
        ]
        given, family = whom.split(" ", 1)
        with self.story.on("omar", working_days_after(day, 1), 10) as by:
            rows = [visible(by, Report).select_related("panel", "agency").get(pk=report.pk) for report in reports]
            parties = [
                PartyDetails(
                    "alleged_perpetrator",
                    family,
                    given,
                    born_on=date(dice.randint(1970, 2004), dice.randint(1, 12), dice.randint(1, 28)),
                    addresses=[("home", *place)],
                ),
                PartyDetails(
                    "victim", dice.choice(SURNAMES), dice.choice(FORENAMES), addresses=[("home", *address(dice))]
                ),
            ]
            case = open_case_from_reports(
                by=by,
                reports=rows,
                details=AsbDetails(category, risk, summary, place[0], place[1], parties),
                sharing=answers_for(by, self.panel, [row.agency for row in rows], NECESSITY, VIEWS),
            )
        if contract:
            self._contract(case, working_days_after(day, 12))

    def _contract(self, case: Case, day: date) -> None:
        with self.story.on("omar", day, 14) as by:
            subject = visible(by, Party).get(case=case, role="alleged_perpetrator")
            details = InterventionDetails(
                type=InterventionType.objects.get(code="abc"), subject=subject, agency=self.story.people.agencies["harbourne-council"], status=Intervention.Status.IN_FORCE,
                reason="Two warnings were not kept. He agreed to the terms at a meeting with his landlord.", starts_on=day, ends_on=day + timedelta(days=182),
                conditions=[("Not to play music that can be heard outside the flat after ten at night", False), ("To meet the housing officer every fortnight", True)],
            )  # fmt: skip
            record_intervention(by=by, case=visible(by, Case).select_related("panel").get(pk=case.pk), details=details)

    def _agenda(self, day: date) -> None:
        with self.story.on("omar", self.story.before(8), 9) as by:
            starts = datetime.combine(day, time(14, 0), LONDON)
            meeting = plan_meeting(
                by=by, panel=self.panel, starts_at=starts, place="Community safety hub", minutes_available=120
            )
            for case in list(cases_to_list(by, self.panel))[:5]:
                list_case(
                    by=by,
                    meeting=meeting,
                    case=case,
                    minutes=self.panel.minutes_per_case,
                    listing_reason=candidate(by, case).reason,
                )
        with self.story.on("omar", self.story.before(1), 9) as by:
            circulate(
                by=by,
                meeting=meeting,
                shares=shares_for(by, meeting),
                research_due_on=working_days_before(day, 2),
            )


def tell_story(story: Story) -> None:
    """The ASB panel's part of the demo."""
    AsbYear(story).tell()
