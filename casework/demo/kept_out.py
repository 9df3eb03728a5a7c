"""Who is kept out, in the demo: everybody's declarations, a conflict that the system found, and a sealed case."""

from datetime import date

from audit.actors import SystemActor
from audit.recorder import recording
from casework.access.scope import visible
from casework.commands.cases import open_case
from casework.commands.conflicts import Acquaintance, add_connection, declare_connections
from casework.commands.parties import PartyDetails, add_party
from casework.commands.queue import registered_jobs
from casework.commands.sealing import seal
from casework.demo.story import Story
from casework.models import Case, ConflictOfInterest, Hearing, Meeting, Membership, Party, PartyRole

PANEL = "harbourne-marac"
STILL_ASKED = ("priya",)  # she has not answered yet
STAFF = (
    PartyDetails(
        PartyRole.VICTIM, "Pryde", "Joanna", born_on=date(1988, 6, 17), gender="Female",
        needs="She works in the council office that serves this panel.",
    ),
    PartyDetails(PartyRole.ALLEGED_PERPETRATOR, "Pryde", "Callum", born_on=date(1986, 1, 30), gender="Male", relationship="husband"),
)  # fmt: skip


def tell_who_is_kept_out(story: Story) -> None:
    """Last of all, so that no figure of the year changes: the sealed case stands on no agenda."""
    for name in story.people.users:
        if name not in STILL_ASKED:
            with story.on(name, story.before(90), 8) as by:
                declare_connections(by=by)
    _sister(story)
    _sealed(story)


def _sister(story: Story) -> None:
    """The housing manager is the sister of the alleged perpetrator in the case that is heard first. Nobody has decided yet."""
    with story.on("grace", story.today, 8) as by:
        kept_out = visible(by, ConflictOfInterest).values_list("case_id", flat=True)
        meeting = visible(by, Meeting).filter(status=Meeting.Status.CIRCULATED, panel__slug=PANEL).get()
        hearing = visible(by, Hearing).filter(meeting=meeting).exclude(case_id__in=kept_out).order_by("number")[0]
        brother = visible(by, Party).filter(case=hearing.case_id, role=PartyRole.ALLEGED_PERPETRATOR)[0]
    with story.on("lena", story.today, 8, 20) as by:
        whom = Acquaintance("family", brother.family_name, brother.given_names, brother.born_on)
        add_connection(by=by, whom=whom)
    actor = SystemActor("conflicts", partnership_id=story.people.partnerships["harbourne"].pk)
    registered_jobs()["conflicts.of_person"](by=actor, user_id=story.people.users["lena"].pk)


def _sealed(story: Story) -> None:
    """A referral about somebody who works for the council: the chair keeps it to herself and one social worker."""
    with story.on("grace", story.before(2), 16) as by, recording(by=by, event="case.opened") as record:
        case = open_case(by=by, panel=story.people.panels[PANEL], referred_on=story.before(2))
        for details in STAFF:
            add_party(details, case=case)
        record.cases = [case.reference]
    with story.on("helen", story.before(2), 16, 30) as by:
        case = visible(by, Case).select_related("panel").get(pk=case.pk)
        readers = (
            Membership.objects.live().filter(user__username__in=("helen", "tess")).select_related("user", "agency")
        )
        seal(by=by, case=case, readers=list(readers), reason="She works beside those who prepare the meetings.")
