"""One case of a meeting pack on paper, in the order in which the panel takes it."""

from itertools import groupby

from casework.documents.content import CaseSection, ItemLine, PartyLine, PreviousAction, RiskAnswer, RiskBlock, Section
from casework.documents.layout import (
    BODY,
    FINE,
    FINE_STRONG,
    HEADING,
    LABEL,
    LEFT,
    QUOTE,
    RIGHT,
    ROOM,
    SMALL,
    STRONG,
    WIDTH,
    Cell,
    Look,
    Pages,
)
from casework.documents.text import one_line
from casework.documents.words import say_clock, say_date

NUMBER = Look(22, 28, bold=True)
ACTION_HEAD, ACTION_WIDTHS = ("Agency", "Action", "Due", "What became of it"), (105, 165, 80, ROOM - 350)
PARTY_HEAD, PARTY_WIDTHS = ("Person", "Name", "Born", "Address and notes"), (105, 125, 95, ROOM - 325)
ANSWER_HEAD, ANSWER_WIDTHS = ("Question", "Answer", "Comment"), (240, 75, ROOM - 315)
ITEM_WIDTHS = (95, ROOM - 95)


def case_key(number: str) -> str:
    """The name of the bookmark at which a case begins."""
    return f"case-{one_line(number)}"


class CasePages:
    """Draws one case from the top of a fresh page."""

    def __init__(self, pages: Pages, case: CaseSection):
        self.pages, self.case = pages, case

    def draw(self) -> None:
        case = self.case
        self.pages.mark(case_key(case.number), one_line(f"{case.number}. {case.reference}"))
        self.band()
        self.parties(case.parties)
        self.bullets("Criteria", case.criteria)
        self.prose("Why it is here", case.summary, BODY)
        self.bullets("Earlier hearings", case.repeat_history)
        if case.previous_actions:
            self.part("Actions of earlier meetings", 90)
            actions_table(self.pages, case.previous_actions)
        self.prose("The victim's wishes", case.wishes, QUOTE)
        self.items()
        if case.risk:
            self.risk(case.risk)
        for section in case.extra:
            self.section(section)
        self.notes()

    def part(self, title: str, keep: float = 60) -> None:
        """A heading with a bookmark under the case's own."""
        self.pages.heading(title, keep)
        self.pages.mark(f"{case_key(self.case.number)}-{self.pages.number}-{self.pages.y:.0f}", one_line(title), 1)

    def band(self) -> None:
        pages, case = self.pages, self.case
        said = [case.listing_reason, say_clock(case.starts_at) if case.starts_at else "", f"{case.minutes} minutes"]
        said += [f"last referred {say_date(case.referred_on)}" if case.referred_on else ""]
        said += [f"by {case.referred_by}" if case.referred_by else ""]
        lines = pages.lines(one_line(", ".join(filter(None, said)), 400), FINE, ROOM - 70)
        pages.frame(lambda: self.band_text(lines), 18 + HEADING.leading + len(lines) * FINE.leading)
        pages.y -= 10

    def band_text(self, lines: list[str]) -> None:
        pages, top = self.pages, self.pages.y - 8
        pages.at(top, one_line(self.case.number), NUMBER, LEFT + 12)
        pages.at(top, f"Case {one_line(self.case.reference)}", HEADING, LEFT + 58)
        for line in lines:
            pages.line(line, FINE, LEFT + 58)
        if self.case.risk:
            said = pages.lines(one_line(f"Risk: {self.case.risk.score}"), FINE_STRONG, 190)[0]
            pages.at(top + 1, said, FINE_STRONG, WIDTH - RIGHT - 12, align=1)

    def parties(self, parties: tuple[PartyLine, ...]) -> None:
        if parties:
            self.pages.table(PARTY_HEAD, (_party_row(party) for party in parties), PARTY_WIDTHS)

    def bullets(self, title: str, lines: tuple[str, ...]) -> None:
        if lines:
            self.pages.heading(title, 40)
            for line in lines:
                self.pages.text(f"\u2022 {line}", Look(after=1))

    def prose(self, title: str, text: str, look: Look) -> None:
        if text:
            self.part(title)
            self.pages.text(text, look)

    def items(self) -> None:
        pages, case = self.pages, self.case
        if case.items:
            self.part("What agencies know", 90)
        for agency, items in groupby(case.items, key=lambda item: item.agency):
            pages.need(60)
            pages.text(agency, STRONG)
            pages.table((), (_item_row(item) for item in items), ITEM_WIDTHS)
        for title, agencies in (("Nothing known", case.nothing_known), ("Awaited", case.awaited)):
            if agencies:
                pages.text(f"{title}: {', '.join(agencies)}.")

    def risk(self, risk: RiskBlock) -> None:
        pages = self.pages
        self.part("Risk assessment", 90)
        threshold = f" (threshold: {risk.threshold})" if risk.threshold else ""
        day = f", {say_date(risk.assessed_on)}" if risk.assessed_on else ""
        pages.text(f"{risk.instrument}{day}: {risk.score}{threshold}", STRONG)
        if risk.judgement:
            pages.text(f"Professional judgement: {risk.judgement}", QUOTE)
        if risk.history:
            pages.text(f"Earlier: {'; '.join(risk.history)}.", FINE)
        if risk.answers:
            pages.table(ANSWER_HEAD, (_answer_row(answer) for answer in risk.answers), ANSWER_WIDTHS)

    def section(self, section: Section) -> None:
        self.part(section.title)
        for paragraph in section.paragraphs:
            self.pages.text(paragraph)
        if section.columns:
            widths = [ROOM / len(section.columns)] * len(section.columns)
            filled = (tuple(row) + ("",) * len(section.columns) for row in section.rows)
            rows = ([[(cell, BODY)] for cell in row[: len(section.columns)]] for row in filled)
            self.pages.table(section.columns, rows, widths)

    def notes(self) -> None:
        if self.case.notes_lines:
            self.part("Notes", 120)
            self.pages.ruled_lines(self.case.notes_lines)


def actions_table(pages: Pages, actions: tuple[PreviousAction, ...]) -> None:
    """Actions with what became of them; one that is late says so in bold."""
    pages.table(ACTION_HEAD, (_action_row(action) for action in actions), ACTION_WIDTHS)


def _action_row(action: PreviousAction) -> list[Cell]:
    status: Cell = (
        [("Overdue", FINE_STRONG), (action.status, FINE)] if action.overdue else [(action.status, FINE_STRONG)]
    )
    return [
        [(action.owner, FINE)],
        [(action.description, FINE)],
        [(say_date(action.due), FINE)],
        [*status, (action.outcome, FINE)],
    ]


def _party_row(party: PartyLine) -> list[Cell]:
    age = f"{party.age} years" if party.age is not None else ""
    born = [(say_date(party.born), FINE)] if party.born else [("not known", FINE)]
    notes: list = [(party.address, FINE)] if party.address else []
    return [[(party.role, FINE)], [(party.name, STRONG)], [*born, (age, FINE)], [*notes, (party.note, FINE)]]


def _answer_row(answer: RiskAnswer) -> list[Cell]:
    look = FINE_STRONG if answer.answer.casefold() == "yes" else FINE
    return [[(answer.label, FINE)], [(answer.answer, look)], [(answer.comment, FINE)]]


def _item_row(item: ItemLine) -> list[Cell]:
    told = [*filter(None, [item.handling]), *item.marks]
    handling = [(f"Handling: {'. '.join(told)}", LABEL)] if told else []
    classes = [(f"Holds: {', '.join(item.data_classes)}", SMALL)] if item.data_classes else []
    return [[(item.assertion_type.capitalize(), LABEL)], [(item.text, BODY), *handling, *classes]]
