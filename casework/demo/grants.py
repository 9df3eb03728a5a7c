"""Access that ends, in the demo: grants that run out, reviews of one quarter, somebody silent, and somebody known elsewhere.

It also opens the accounts again when the demo starts after a long pause.
"""

from datetime import timedelta

from django.utils import timezone

from audit import event_types
from audit.recorder import record_event, recording
from casework.access.scope import visible
from casework.commands.elsewhere import compare_case
from casework.commands.parties import PartyDetails, add_party
from casework.commands.reviews import answer_lines, open_review
from casework.demo.people import BEGINNING, DEMO
from casework.demo.personas import PASSWORD
from casework.demo.story import Story
from casework.models import (
    AccessReview,
    AccessReviewLine,
    Basis,
    Case,
    CaseGrant,
    ConflictOfInterest,
    Hearing,
    Meeting,
    Membership,
    MembershipPanel,
    PanelOffice,
    Party,
    PartyRole,
    User,
)
from casework.models.agency import in_a_year

event_types.register(
    demo_reopened="opened the demo's accounts again after a pause",
    demo_added="added somebody to a case for the demo",
)
SILENT = "nora"
# who answers for each agency whose review is done; that of the police is open
ANSWERED = {"harbourne-council": "ines", "harbourne-csc": "tess", "quay-street": "priya", "harbourne-probation": "sam", "harbourne-homes": "lena"}  # fmt: skip
READ_ON = (61, 34, 6)  # days before today on which the social worker opened the case
DAY = timedelta(days=1)


def tell_access_that_ends(story: Story) -> None:
    """A year-old grant that runs out in twelve days and one that ran out lately; reviews; a silent colleague; a line from elsewhere."""
    _running_out(story)
    _reviews(story)
    _silent(story)
    _known_elsewhere(story)


def _running_out(story: Story) -> None:
    with story.on("grace", story.today, 8, 40) as by:
        oldest = visible(by, Case).filter(panel__slug="harbourne-marac").order_by("opened_at", "pk")
        cases = list(oldest.exclude(pk__in=_with_conflicts(by))[:2])
        for case, slug, days in zip(cases, ("harbourne-csc", "harbourne-probation"), (12, -3), strict=False):
            _grant(story, by, case, slug, days)
    for days in READ_ON:
        with story.on("tess", story.before(days), 11) as by:
            record_event(by=by, event="page.read", cases=[cases[0].reference], details={"page": "case"})


def _with_conflicts(by) -> list[int]:
    return [pk for pk in visible(by, ConflictOfInterest).values_list("case_id", flat=True) if pk]


def _grant(story: Story, by, case: Case, slug: str, days: int) -> None:
    before = visible(by, CaseGrant).filter(content_object=case, decision__isnull=False).order_by("pk")[0]
    ends = timezone.now() + days * DAY
    with recording(by=by, event="access.granted", cases=[case.reference]):
        CaseGrant(
            content_object=case, group_id=story.people.agencies[slug].group_id, permission_id=by.view_id, panel_id=case.panel_id,
            basis=Basis.STANDING, decision_id=before.decision_id, granted_by_id=by.user_id, starts_at=ends - timedelta(days=365), expires_at=ends,
        ).save()  # fmt: skip


def _reviews(story: Story) -> None:
    """Those of this quarter are done, but for the one of the police, which was opened ten days ago."""
    quarter = story.today.replace(month=3 * ((story.today.month - 1) // 3) + 1, day=1)
    for slug, lead in ANSWERED.items():
        review = open_review(agency=story.people.agencies[slug], on=quarter)
        with story.on(lead, min(quarter + 5 * DAY, story.today), 12) as by:
            lines = visible(by, AccessReviewLine).filter(review=review).values_list("pk", flat=True)
            answer_lines(by=by, review=review, answers=dict.fromkeys(lines, AccessReviewLine.Answer.ATTEST))
    open_review(agency=story.people.agencies["harbourne-police"], on=story.today - 10 * DAY)


def _silent(story: Story) -> None:
    """A housing officer who has not signed in for 50 days; she is nobody to sign in as until lena opens her account."""
    long_ago = timezone.now() - 50 * DAY
    user = User.objects.create_user(
        SILENT, PASSWORD, display_name="Nora Whitfield", woken_at=long_ago, last_login=long_ago
    )
    with recording(by=DEMO, event="demo.loaded"):
        membership = Membership(
            user=user, agency=story.people.agencies["harbourne-homes"], role="referrer", job_title="Housing officer", starts_at=BEGINNING,
        )  # fmt: skip
        membership.save()
        MembershipPanel(membership=membership, panel=story.people.panels["harbourne-asb"], starts_at=BEGINNING).save()


def _known_elsewhere(story: Story) -> None:
    """Somebody in a case of the next MARAC lives in a household that the ASB panel knows."""
    with story.on("grace", story.today, 8, 50) as by:
        meeting = visible(by, Meeting).filter(panel__slug="harbourne-marac", status=Meeting.Status.CIRCULATED).first()
        hearings = visible(by, Hearing).filter(meeting=meeting).exclude(case_id__in=_with_conflicts(by))
        case = hearings.select_related("case").order_by("number").last().case
        him = visible(by, Party).filter(case=case, role=PartyRole.ALLEGED_PERPETRATOR).first()
    with story.on("omar", story.before(1), 15) as by:
        known = visible(by, Case).filter(panel__slug="harbourne-asb").order_by("pk").last()
        with recording(by=by, event="demo.added", cases=[known.reference]):
            add_party(
                PartyDetails("household_member", him.family_name, him.given_names, born_on=him.born_on), case=known
            )
    compare_case(case_id=case.pk, asked_by_id=None)


def reopen_people() -> None:
    """The demo starts, perhaps after months: its people may sign in and work there for a year, and no review holds an agency up.

    Whom the story keeps silent stays silent, and whoever was ended by hand stays ended: what hung on that membership ended too.
    """
    now, soon = timezone.now(), timezone.now() + 30 * DAY
    people = Membership.objects.filter(agency__partnership__is_demo=True)
    with recording(by=DEMO, event="demo.reopened"):
        for user in User.objects.filter(pk__in=people.values("user_id")).exclude(username=SILENT):
            user.woken_at = now
            user.save(update_fields=["woken_at"])
        for membership in people.filter(ends_at__lte=soon):
            if not _ended_by_hand(membership):
                membership.ends_at = in_a_year()
                membership.save()
        today = timezone.localdate()
        for review in AccessReview.objects.filter(closed_at=None, due_on__lt=today):
            review.due_on = today + 20 * DAY
            review.save()


def _ended_by_hand(membership: Membership) -> bool:
    hanging = [model.objects.filter(membership=membership) for model in (MembershipPanel, PanelOffice)]
    return any(rows.exists() for rows in hanging) and not any(rows.live().exists() for rows in hanging)
