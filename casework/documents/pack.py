"""The paper twin of a meeting pack."""

from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from zoneinfo import ZoneInfo

from casework.documents.content import AgendaLine, CaseSection, PackContent, PreviousAction, RiskBlock, Section
from casework.documents.fonts import installed_fonts
from casework.documents.layout import (
    BODY,
    HEADING,
    HEIGHT,
    LEFT,
    RIGHT,
    SHADE,
    SMALL,
    STRONG,
    SUBHEADING,
    TITLE,
    WIDTH,
    Look,
    Pages,
)
from casework.documents.text import one_line

LONDON = ZoneInfo("Europe/London")
AGENDA_WIDTHS = [40, 90, 150, 95, 120]
PER_PAGE = 36
PAGE_OF = WIDTH - RIGHT - 90
MARKING, ENTRY = Look(8.5, 11.5, bold=True, muted=True), Look(10, 18)
_reportlab = Lock()  # reportlab knows fonts by a global name


@dataclass(frozen=True)
class Drawn:
    """The file, and what its issuer should know before it leaves: characters that no font has."""

    pdf: bytes
    warnings: tuple[str, ...]


def say_date(day: date | None) -> str:
    """`1 March 2026`, or nothing."""
    return f"{day.day} {day:%B %Y}" if day else ""


def say_moment(moment: datetime) -> str:
    """`1 March 2026 at 14:05`, by the clock of London."""
    local = moment.astimezone(LONDON)
    return f"{say_date(local.date())} at {local:%H:%M}"


def draw_pack(content: PackContent) -> Drawn:
    """Draw a pack. Equal content gives equal bytes. Raises `FontsMissing` where the fonts were never installed."""
    with _reportlab:
        return _Pack(content).draw()


class _Pack:
    def __init__(self, content: PackContent):
        self.content = content
        self.found: dict[str, int] = {}
        self.places: dict[str, tuple[int, float]] = {}
        self.pages = Pages(installed_fonts(), content.title, self.furniture)

    def draw(self) -> Drawn:
        self.cover()
        self.contents()
        self.agenda()
        for case in self.content.cases:
            self.case(case)
        self.fill()
        pdf = self.pages.finish()
        missing = sorted(self.pages.missing)
        signs = ", ".join(f"U+{ord(sign):04X}" for sign in missing[:20])
        return Drawn(pdf, (f"No font prints these characters; they stand as codes: {signs}.",) if missing else ())

    def cover(self) -> None:
        pages, content = self.pages, self.content
        pages.mark("cover", "Cover")
        pages.y -= 40
        pages.text(content.partnership_name, SUBHEADING)
        pages.text(content.title, TITLE)
        pages.text(f"{content.panel_name}, {say_moment(content.meeting.starts_at)}", HEADING)
        pages.text(content.meeting.place)
        pages.y -= 16
        for label, value in (
            ("For", content.recipient),
            ("Copy", content.copy_number),
            ("Issued", say_moment(content.issued_at)),
            ("Disclosure decision", content.decision_reference),
        ):
            pages.row([(label, STRONG), (one_line(value), BODY)], [140, 355])
        pages.y -= 16
        pages.text(content.marking, HEADING)
        pages.text(content.handling_line)
        if content.confidentiality:
            pages.y -= 8
            pages.text("Confidentiality", SUBHEADING)
            for line in content.confidentiality:
                pages.text(line)

    def agenda(self) -> None:
        pages = self.pages
        pages.new_page()
        pages.mark("agenda", "Agenda")
        self.found["agenda"] = pages.number
        pages.text("Agenda", HEADING)
        heads = ("No.", "Case", "Reason", "Time", "")
        pages.row([(head, STRONG) for head in heads], AGENDA_WIDTHS)
        for line in self.content.agenda:
            pages.row([(cell, BODY) for cell in _agenda_cells(line)], AGENDA_WIDTHS)
        if self.content.overdue_actions:
            pages.y -= 12
            pages.text("Your agency's overdue actions", SUBHEADING)
            self.actions(self.content.overdue_actions)

    def case(self, case: CaseSection) -> None:
        pages = self.pages
        pages.new_page()
        key = f"case-{case.number}"
        pages.mark(key, f"{case.number}. {case.reference}")
        self.found[key] = pages.number
        pages.text(f"{case.number}. Case {case.reference}", HEADING)
        said = [case.listing_reason, f"{case.minutes} minutes"]
        said += [f"last referred {say_date(case.referred_on)}"] if case.referred_on else []
        said += [f"by {case.referred_by}"] if case.referred_by else []
        pages.text(", ".join(said), SMALL)
        self.parties(case)
        for title, lines in (("Criteria", case.criteria), ("Earlier hearings", case.repeat_history)):
            if lines:
                pages.text(title, SUBHEADING)
                for line in lines:
                    pages.text(line)
        if case.previous_actions:
            pages.need(60)
            pages.text("Actions of earlier meetings", SUBHEADING)
            self.actions(case.previous_actions)
        if case.summary:
            pages.text(case.summary)
        if case.wishes:
            pages.need(60)
            pages.text("The victim's wishes", SUBHEADING)
            pages.text(case.wishes)
        self.items(case)
        if case.risk:
            self.risk(case.risk)
        for section in case.extra:
            self.section(section)
        pages.need(90)
        pages.text("Notes", SUBHEADING)
        pages.ruled_lines(case.notes_lines)

    def parties(self, case: CaseSection) -> None:
        for party in case.parties:
            born = f"born {say_date(party.born)}" if party.born else "birth date not known"
            age = f", {party.age} years" if party.age is not None else ""
            lines = filter(None, (f"{party.name}, {born}{age}", party.address or "", party.note))
            self.pages.row([(party.role, STRONG), (". ".join(lines), BODY)], [140, 355])
        self.pages.y -= 8

    def items(self, case: CaseSection) -> None:
        pages = self.pages
        if case.items:
            pages.need(60)
            pages.text("What agencies know", SUBHEADING)
        for item in case.items:
            pages.need(44)
            pages.text(" · ".join(filter(None, (item.agency, item.assertion_type, item.handling))), STRONG)
            pages.text(item.text)
            if item.data_classes:
                pages.text(", ".join(item.data_classes), SMALL)
        for title, agencies in (("Nothing known", case.nothing_known), ("Awaited", case.awaited)):
            if agencies:
                pages.text(f"{title}: {', '.join(agencies)}")

    def risk(self, risk: RiskBlock) -> None:
        pages = self.pages
        pages.need(80)
        pages.text("Risk assessment", SUBHEADING)
        limit = f" (threshold {risk.threshold})" if risk.threshold else ""
        pages.text(f"{risk.instrument}, {say_date(risk.assessed_on)}: {risk.score}{limit}", STRONG)
        if risk.judgement:
            pages.text(f"Professional judgement: {risk.judgement}")
        for line in risk.history:
            pages.text(f"Earlier: {line}", SMALL)
        for answer in risk.answers:
            said = f"{answer.answer}. {answer.comment}" if answer.comment else answer.answer
            pages.row([(answer.label, BODY), (said, BODY)], [280, 215])
        pages.y -= 8

    def actions(self, actions: tuple[PreviousAction, ...]) -> None:
        for action in actions:
            state = f"{action.status}{', OVERDUE' if action.overdue else ''}, due {say_date(action.due)}"
            said = f"{action.description} {f'Outcome: {action.outcome}' if action.outcome else ''}"
            self.pages.row([(f"{action.owner}. {state}", SMALL), (said, BODY)], [180, 315])
        self.pages.y -= 6

    def section(self, section: Section) -> None:
        pages = self.pages
        pages.need(60)
        pages.text(section.title, SUBHEADING)
        for paragraph in section.paragraphs:
            pages.text(paragraph)
        if section.columns:
            widths = [(WIDTH - LEFT - RIGHT) / len(section.columns)] * len(section.columns)
            pages.row([(column, STRONG) for column in section.columns], widths)
            for row in section.rows:
                pages.row([(cell, BODY) for cell in row], widths)

    def furniture(self, pages: Pages) -> None:
        """Watermark, marking, recipient and page number, before anything else on the page."""
        issued = f"Copy {self.content.copy_number} for {one_line(self.content.recipient)}, {say_moment(self.content.issued_at)}"
        self._watermark(pages, issued)
        pages.y = HEIGHT - 40
        pages.line(self.content.marking, MARKING, LEFT)
        pages.y = 46
        for line in pages.lines(f"{issued}. Not to be copied.", SMALL, WIDTH - LEFT - RIGHT - 110)[:2]:
            pages.line(line, SMALL, LEFT)
        pages.y = 46
        said = f"Page {pages.number} of"
        pages.line(said, SMALL, PAGE_OF + 48 - pages.width(said, SMALL))
        pages.later("total")

    def _watermark(self, pages: Pages, text: str) -> None:
        canvas = pages.canvas
        canvas.saveState()
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(52)
        look = Look(20, 26, True)
        for place, line in enumerate(pages.lines(text, look, 700)[:2]):
            if pages.kit.is_plain(line):
                canvas.setFillColor(SHADE)
                canvas.setFont(look.font, look.size)
                canvas.drawCentredString(0, -place * look.leading, line)
        canvas.restoreState()

    def contents(self) -> None:
        """Titles and links now; the page numbers when they are known."""
        pages = self.pages
        titles = [("agenda", "Agenda")] + [
            (f"case-{case.number}", f"{case.number}. {case.reference}") for case in self.content.cases
        ]
        for start in range(0, len(titles), PER_PAGE):
            pages.new_page()
            if not start:
                pages.mark("contents", "Contents")
            pages.text("Contents, continued" if start else "Contents", HEADING)
            for key, title in titles[start : start + PER_PAGE]:
                self.places[key] = (start, pages.y)
                pages.canvas.linkRect("", key, (LEFT, pages.y - 16, WIDTH - RIGHT, pages.y), Border="[0 0 0]")
                pages.line(title, ENTRY, LEFT)
            pages.later(f"numbers-{start}")

    def fill(self) -> None:
        """The numbers that were not known before: how many pages, and where each part begins."""
        pages, total = self.pages, self.pages.number
        pages.end()
        pages.fill("total", lambda: self._at(46, str(total), SMALL, PAGE_OF + 52))
        for start in sorted({start for start, _ in self.places.values()}):
            pages.fill(f"numbers-{start}", lambda start=start: self._numbers(start))

    def _numbers(self, start: int) -> None:
        for key, (on, y) in self.places.items():
            if on == start:
                self._at(y, str(self.found[key]), ENTRY, WIDTH - RIGHT - 30)

    def _at(self, y: float, text: str, look: Look, x: float) -> None:
        self.pages.y = y
        self.pages.line(text, look, x)


def _agenda_cells(line: AgendaLine) -> list[str]:
    at = f"{line.starts_at.astimezone(LONDON):%H:%M}" if line.starts_at else ""
    return [line.number, line.reference, line.listing_reason, f"{at}, {line.minutes} min", line.heading]
