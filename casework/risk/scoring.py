"""What the answers to an instrument add up to. The instrument is data (shape: docs/instruments.md); no rule about one stands here.

Rule (domain: MARAC 3.3): an item that nobody answered is not "not known", but both leave the score open upwards. Scores of
different instruments or versions are never compared or added. A low score closes nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


class BadInstrument(ValueError):
    """The instrument's file contradicts itself; the text says where."""


@dataclass(frozen=True)
class SectionScore:
    """What one section adds; `counts` is false for a section that is asked but not added."""

    id: str
    title: str
    score: Decimal
    counts: bool


@dataclass(frozen=True)
class Score:
    """The outcome of an assessment.

    `possible_max` is the score if every open item (not known or unanswered) had been answered at its highest. `band` and
    `visible_high` come from the scale in force on the day; without a scale they are "" and None.
    """

    score: Decimal
    possible_max: Decimal
    not_known: int
    unanswered: int
    band: str
    visible_high: bool | None
    threshold: Decimal | None
    sections: tuple[SectionScore, ...]
    critical: tuple[str, ...]

    @property
    def open_items(self) -> int:
        return self.not_known + self.unanswered

    @property
    def text(self) -> str:
        """The score as it is shown: '11', or '11, 7 not known'."""
        return score_text(self.score, self.open_items)


def score_text(score: Decimal | None, open_items: int) -> str:
    """'11, 7 not known'; 'Not completed' without a score."""
    if score is None:
        return "Not completed"
    whole = f"{score.normalize():f}"
    return f"{whole}, {open_items} not known" if open_items else whole


def items(content: Mapping) -> Iterator[dict]:
    """All items in order."""
    for section in content["sections"]:
        yield from section["items"]


def choices(content: Mapping, item: Mapping) -> list[tuple[str, str]]:
    """The possible answers to an item as (value, label)."""
    return [(answer["value"], answer["label"]) for answer in content["answers"][item["answers"]]]


def label(content: Mapping, item: Mapping, value: str) -> str:
    """What an answer is called; 'Not answered' for none."""
    return dict(choices(content, item)).get(value, value or "Not answered")


def scale_on(content: Mapping, day: date) -> dict | None:
    """The scale (threshold and bands) in force on a day; the one that began last where several are."""
    found = [scale for scale in content.get("scales", []) if _in_force(scale, day)]
    return max(found, key=lambda scale: scale.get("in_force_from") or "", default=None)


def _in_force(scale: Mapping, day: date) -> bool:
    return (scale.get("in_force_from") or "") <= day.isoformat() <= (scale.get("in_force_to") or "9999-12-31")


def score(content: Mapping, answers: Mapping[str, str], on: date) -> Score:
    """Add up the answers ({item id: value}; missing or "" is unanswered) by the scale in force on the day.

    Raises `BadInstrument` for an answer that the instrument does not offer.
    """
    sections, total, room, not_known, unanswered, critical = [], Decimal(0), Decimal(0), 0, 0, []
    for section in content["sections"]:
        counts, subtotal = section.get("counts", True), Decimal(0)
        for item in section["items"]:
            points, is_open, state = _item(content, item, answers.get(item["id"], ""))
            subtotal += points
            room += is_open if counts else 0
            not_known += counts and state == "not_known"
            unanswered += counts and state == "unanswered"
            if item.get("critical") and points > 0:
                critical.append(item["id"])
        sections.append(SectionScore(section["id"], section["title"], subtotal, counts))
        total += subtotal if counts else 0
    return _scored(scale_on(content, on), total, total + room, not_known, unanswered, tuple(sections), tuple(critical))


def _item(content: Mapping, item: Mapping, value: str) -> tuple[Decimal, Decimal, str]:
    """Points, what could still be added, and whether it is answered, not known or unanswered."""
    offered = {answer["value"]: answer for answer in content["answers"][item["answers"]]}
    weight = Decimal(str(item.get("weight", 1)))
    most = weight * max(Decimal(str(answer.get("points", 0))) for answer in offered.values())
    if not value:
        return Decimal(0), most, "unanswered"
    if value not in offered:
        raise BadInstrument(f"Item {item['id']} has no such answer.")
    if offered[value].get("not_known"):
        return Decimal(0), most, "not_known"
    return weight * Decimal(str(offered[value].get("points", 0))), Decimal(0), "answered"


def _scored(scale, total, most, not_known, unanswered, sections, critical) -> Score:
    threshold = scale.get("threshold") if scale else None
    bands = sorted(scale.get("bands", []), key=lambda band: band["from"]) if scale else []
    band = next((band["label"] for band in reversed(bands) if total >= Decimal(str(band["from"]))), "")
    limit = None if threshold is None else Decimal(str(threshold))
    high = None if limit is None else total >= limit
    return Score(total, most, not_known, unanswered, band, high, limit, sections, critical)


def check_content(content: Mapping) -> None:
    """Raise `BadInstrument` for a file that is not usable: doubled ids, unknown answer sets, negative weights or points."""
    seen: set[str] = set()
    for item in items(content):
        if item["id"] in seen:
            raise BadInstrument(f"Item {item['id']} stands twice.")
        seen.add(item["id"])
        if item["answers"] not in content["answers"]:
            raise BadInstrument(f"Item {item['id']} names answers that the file does not define.")
        if Decimal(str(item.get("weight", 1))) < 0:
            raise BadInstrument(f"Item {item['id']} has a negative weight.")
    for name, offered in content["answers"].items():
        if any(Decimal(str(answer.get("points", 0))) < 0 for answer in offered):
            raise BadInstrument(f"The answers {name} have negative points.")
