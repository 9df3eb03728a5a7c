"""A pack of invented people, as rich as a real one, for the tests of drawing and for looking at."""

from datetime import UTC, date, datetime

from casework.documents.content import (
    AgendaLine,
    CaseSection,
    ItemLine,
    MeetingLine,
    PackContent,
    PartyLine,
    PreviousAction,
    RiskAnswer,
    RiskBlock,
    Section,
)

STARTS = datetime(2026, 6, 18, 8, 30, tzinfo=UTC)
QUESTIONS = (
    "Injury in the latest incident",
    "Very frightened",
    "Afraid of further injury or violence",
    "Kept away from family and friends",
    "Low mood or thoughts of suicide",
    "Has separated, or tried to, within the past year",
    "Conflict over contact with children",
    "Constant texts, calls, following or stalking",
    "Pregnant, or gave birth in the last 18 months",
    "Abuse happens more often",
    "Abuse is getting worse",
    "Controlling or excessively jealous",
)


def answers() -> tuple[RiskAnswer, ...]:
    """Twelve answers, a comment with every third."""
    said = ("Yes", "No", "Not known")
    return tuple(
        RiskAnswer(label, said[place % 3], "Said so to the officer who attended on 2 June." if place % 3 == 0 else "")
        for place, label in enumerate(QUESTIONS)
    )


def case(number: str = "1", reference: str = "H7K4-92QX", **changes) -> CaseSection:
    """One case with every part filled; `changes` replaces any of them."""
    parts = {
        "number": number,
        "reference": reference,
        "listing_reason": "Repeat",
        "minutes": 15,
        "starts_at": STARTS,
        "referred_by": "Harbourne Police",
        "referred_on": date(2026, 6, 4),
        "criteria": ("Professional judgement", "Potential escalation"),
        "parties": (
            PartyLine(
                "Victim",
                "Marisol Quennell",
                date(1991, 3, 14),
                35,
                "Flat 4, 18 Capstan Row, HB3 4QT",
                "Uses a hearing aid",
            ),
            PartyLine(
                "Perpetrator (alleged)",
                "Dorian Quennell",
                date(1988, 11, 2),
                37,
                None,
                "Address not known to this panel",
            ),
            PartyLine("Child", "Pip Quennell", date(2019, 8, 30), 6, None, "Harbour Lane Primary"),
        ),
        "risk": RiskBlock(
            "Domestic abuse checklist, 24 items",
            "11, 7 not known",
            "14 or more",
            "The officer is worried by a second report of hands on the neck within a month, below the number or not.",
            date(2026, 6, 2),
            answers(),
            ("8 on 11 January 2026",),
        ),
        "repeat_history": ("Heard on 22 January 2026, referred by Harbourne Police",),
        "previous_actions": (
            PreviousAction(
                "A-11",
                "Northshore Housing",
                "Fit a second lock and a fireproof letterbox",
                date(2026, 2, 5),
                "Done",
                "Fitted on 3 February; she has both keys.",
            ),
            PreviousAction(
                "A-12",
                "Harbourne Probation",
                "Review the programme referral and tell the adviser",
                date(2026, 2, 12),
                "In progress",
                overdue=True,
            ),
        ),
        "wishes": "She wants to stay in her flat and wants him to stop waiting outside the school. She does not want him told that she spoke to anyone.",
        "items": (
            ItemLine(
                "Harbourne Police",
                "fact",
                "Attended on 2 June after a neighbour rang. Reddening at the neck was photographed.",
                ("personal", "offence"),
            ),
            ItemLine(
                "Harbourne Police",
                "allegation",
                "She says he has put a tracker in the boot of her car.",
                ("personal",),
                "Not to be repeated to the alleged perpetrator",
            ),
            ItemLine(
                "Haven Independent Advisers",
                "opinion",
                "She is more frightened than she was in January; she plans around his shifts.",
                ("personal", "special"),
            ),
        ),
        "nothing_known": ("Adult social care", "Harbourne Fire and Rescue"),
        "awaited": ("Tidewell NHS Trust",),
        "extra": (
            Section(
                "Children",
                ("Seen by the school nurse in May.",),
                ("Child", "School", "Plan"),
                (("Pip", "Harbour Lane Primary", "Child in need"),),
            ),
        ),
        "notes_lines": 8,
    }
    return CaseSection(**(parts | changes))


def pack(*cases: CaseSection, **changes) -> PackContent:
    """A pack of these cases, or of two."""
    cases = cases or (case(), case("2", "K2M9-3RTV", listing_reason="New", previous_actions=(), repeat_history=()))
    parts = {
        "title": "MARAC meeting pack",
        "panel_name": "Harbourne MARAC",
        "partnership_name": "Safer Harbourne",
        "meeting": MeetingLine(STARTS, datetime(2026, 6, 18, 11, 0, tzinfo=UTC), "Room 2, Civic Offices, Harbourne"),
        "recipient_agency": "Harbourne Police",
        "copy_number": "3",
        "issued_at": datetime(2026, 6, 11, 9, 5, tzinfo=UTC),
        "handling_line": "Share only with those who need it to keep somebody safe. Do not copy or forward it.",
        "decision_reference": "DD4Q-71MZ",
        "confidentiality": (
            "What is said and read here is confidential.",
            "Say at once if you know a person in a case.",
        ),
        "agenda": tuple(
            AgendaLine(one.number, one.reference, one.listing_reason, one.minutes, STARTS, "Cases with children")
            for one in cases
        ),
        "overdue_actions": (
            PreviousAction(
                "A-7", "Harbourne Police", "Place a marker on the address", date(2026, 6, 1), "Open", overdue=True
            ),
        ),
        "cases": cases,
    }
    return PackContent(**(parts | changes))
