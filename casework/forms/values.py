"""Values that forms hand on and that have no type of their own in Python."""

from calendar import month_name
from dataclasses import dataclass
from datetime import date

BOXES = ("day", "month", "year")


@dataclass(frozen=True)
class PartialDate:
    """A date of which the day, or the day and the month, may be unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def from_iso(cls, text: str) -> "PartialDate | None":
        """Reads `2026`, `2026-03` or `2026-03-01`; None for anything else."""
        try:
            parts = [int(part) for part in text.split("-")]
            date(*(parts + [1, 1])[:3])
        except (ValueError, TypeError):
            return None
        return cls(*parts) if len(parts) <= 3 else None

    @property
    def earliest(self) -> date:
        """The first day that it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def iso(self) -> str:
        """`2026`, `2026-03` or `2026-03-01`: what a text column holds."""
        return f"{self.year:04}" + "".join(f"-{part:02}" for part in (self.month, self.day) if part)

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.day, self.month and month_name[self.month], self.year) if part)
