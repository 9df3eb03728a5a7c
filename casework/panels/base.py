"""What a kind of panel must provide. `casework` asks the plug-in and never compares its name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AgendaMark:
    """A case's place in the order that its kind wants (0 first), and the words and colour that show it."""

    rank: int
    label: str
    colour: str


class PanelKind:
    """One kind of panel: its words, its status table, and what it adds to pages and packs.

    The required parts are class attributes; a plug-in that lacks one is refused at start-up.
    The `pack_sections` and page hooks receive records that are already limited to a viewer.
    """

    PROMISES = ("kind", "title", "case_roles", "case_statuses", "first_status", "role_labels", "chronology_label")

    kind: str = ""
    title: str = ""
    case_roles: Sequence[str] = ()
    # status -> statuses it may move to
    case_statuses: Mapping[str, Sequence[str]] = {}
    status_labels: Mapping[str, str] = {}
    status_owner: Mapping[str, str] = {}
    first_status: str = ""
    heard_status: str = ""
    role_labels: Mapping[str, str] = {}
    chronology_label: str = ""
    instruments: Sequence[str] = ()
    case_template = ""
    referral_template = ""
    # how this kind takes in a workbook of its past (casework.panels.importing.Importer); None: it has no import
    importer: Any = None
    # the address name of one report's page, where the kind has reports
    report_page = ""
    # what agencies share information for here: values of casework.models.Purpose, the usual first
    purposes: Sequence[str] = ()
    # whether a statement must never reach the alleged perpetrator unless its agency says otherwise
    never_to_perpetrator = True
    # whether its offices learn that another panel of the partnership knows somebody in a case: only where that protects
    told_of_other_panels = False

    def role_label(self, role: str, finding: str = "") -> str:
        """What a page or pack calls somebody in this role; '(alleged)' falls away when a finding is recorded."""
        return self.role_labels[role].replace(" (alleged)", "") if finding else self.role_labels[role]

    def status_label(self, status: str) -> str:
        return self.status_labels.get(status, status.replace("_", " ").capitalize())

    def case_context(self, viewer: Any, case: Any) -> dict:
        """What the kind's `case_template` shows on the case page, read as the viewer."""
        return {}

    def referral_context(self, viewer: Any, referral: Any) -> dict:
        """What the kind's `referral_template` shows on the referral page, read as the viewer."""
        return {}

    def statements(self, viewer: Any, referral: Any) -> list[tuple[str, str]]:
        """What an accepted referral tells the case besides its reason: (assertion type, text), as its agency's items."""
        return []

    def chronology(self, viewer: Any, case: Any) -> list:
        """The kind's own entries for the chronology: casework.queries.chronology.Entry objects."""
        return []

    def agenda_marks(self, viewer: Any, cases: Any) -> dict[int, "AgendaMark"]:
        """What decides the order of an agenda, by case id, read as the viewer; without marks, cases with children come first."""
        return {}

    def pack_sections(self, viewer: Any, hearing: Any) -> list:
        """The kind's own sections of a pack: casework.documents.content.Section objects, read as the recipient."""
        return []

    def tasks(self, viewer: Any) -> list:
        """The kind's own lines on the viewer's home: casework.queries.home.Task objects."""
        return []

    def navigation(self, viewer: Any) -> list[tuple[str, str]]:
        """Entries (label, URL name) that the kind adds for this viewer."""
        return []

    def tell_story(self, story: Any) -> None:
        """The kind's part of the demo (casework.demo.story.Story), told by its own commands."""
