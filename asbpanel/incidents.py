"""Imported incidents by place and month, with totals. Open data about places: nobody is named and nothing is suppressed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Min, QuerySet

from asbpanel.access import panels_of
from casework.access.viewer import Viewer
from casework.models import Incident

LONGEST = 12
BY_PLACE, BY_AREA = "place", "area"


@dataclass(frozen=True)
class PlaceRow:
    """One place or area: its name, the area that it lies in, how many incidents in each month, and altogether."""

    name: str
    area: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class IncidentTable:
    """Rows of most incidents first, and the totals of each month over *all* rows."""

    months: tuple[date, ...]
    rows: tuple[PlaceRow, ...]
    totals: tuple[int, ...]
    total: int


def incidents(viewer: Viewer) -> QuerySet[Incident]:
    """The incidents of the viewer's ASB panels."""
    return Incident.objects.filter(panel__in=panels_of(viewer))


def span(viewer: Viewer) -> tuple[date, date] | None:
    """First and last month with incidents, or None where nothing is imported."""
    found = incidents(viewer).aggregate(first=Min("month"), last=Max("month"))
    return (found["first"], found["last"]) if found["first"] else None


def areas(viewer: Viewer) -> list[tuple[str, str]]:
    """Areas with incidents, as code and name."""
    rows = incidents(viewer).exclude(area_code="").order_by("area_name", "area_code")
    return list(rows.values_list("area_code", "area_name").distinct())


def months_between(first: date, last: date) -> tuple[date, ...]:
    """Every month from `first` to `last`, as first days, at most LONGEST: the latest ones."""
    found, month = [], last.replace(day=1)
    while month >= first.replace(day=1) and len(found) < LONGEST:
        found.append(month)
        month = month_before(month)
    return tuple(reversed(found))


def month_before(month: date, back: int = 1) -> date:
    """The first day of the month that lies `back` months earlier."""
    at = month.year * 12 + month.month - 1 - back
    return date(at // 12, at % 12 + 1, 1)


def table(viewer: Viewer, months: Iterable[date], *, by: str = BY_PLACE, area: str = "") -> IncidentTable:
    """Count incidents by place (or area) and month."""
    months = tuple(months)
    rows = incidents(viewer).filter(month__in=months)
    rows = rows.filter(area_code=area) if area else rows
    names = ("area_name",) if by == BY_AREA else ("place", "area_name")
    cells: dict[tuple[str, ...], dict[date, int]] = {}
    for *name, month, count in rows.order_by().values_list(*names, "month").annotate(n=Count("pk")):
        cells.setdefault(tuple(name), {})[month] = count
    made = [_row(name, counts, months) for name, counts in cells.items()]
    made.sort(key=lambda row: (-row.total, row.name, row.area))
    totals = tuple(sum(row.counts[at] for row in made) for at in range(len(months)))
    return IncidentTable(months, tuple(made), totals, sum(totals))


def _row(name: tuple[str, ...], counts: dict[date, int], months: tuple[date, ...]) -> PlaceRow:
    found = tuple(counts.get(month, 0) for month in months)
    area = name[-1] or "No area named"
    return PlaceRow(
        name[0] or "No place named" if len(name) > 1 else area, area if len(name) > 1 else "", found, sum(found)
    )
