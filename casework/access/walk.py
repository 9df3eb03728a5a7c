"""The list of cases, newest first: as quick for who reads two hundred of a million cases as for who reads half of them.

Nothing is decided here: `casework.access.scope` decides, for every row that is shown. Which rows are looked at is read off
an index of what each holder holds (`HeldCase`), in the order of the list, under the same conditions and a wall of its own.
"""

from collections.abc import Callable

from django.db import connection
from django.db.models import QuerySet

from casework.access.probes import IN_FORCE
from casework.access.scope import visible
from casework.access.viewer import Viewer
from casework.models import Case, HeldCase

MOST = 500  # rows that a list counts and pages through
Narrow = Callable[[QuerySet], QuerySet]

# In force, on a panel of hers, no conflict. As one CASE, of which the planner thinks nothing: it would multiply the parts'
# shares, expect one row, and sort them all instead of walking the index.
COUNTS = f"""CASE WHEN panel_id = ANY (%(panels)s) AND {IN_FORCE.format(ends="expires_at")} THEN NOT EXISTS (
    SELECT 1 FROM casework_conflictofinterest c WHERE c.case_id = casework_heldcase.case_id AND c.user_id = %(user)s
    AND c.starts_at <= STATEMENT_TIMESTAMP() AND (c.ends_at IS NULL OR c.ends_at > STATEMENT_TIMESTAMP()) OFFSET 0) ELSE false END"""
NEWEST = f"""(SELECT DISTINCT opened_at, case_id FROM casework_heldcase WHERE {{holder}} AND {COUNTS} {{narrow}}
    ORDER BY opened_at DESC, case_id DESC LIMIT %(stop)s)"""
BY_GROUP = (
    f"SELECT w.* FROM unnest(%(groups)s::int[]) AS h(id), LATERAL {NEWEST.replace('{holder}', 'group_id = h.id')} AS w"
)
BY_PERSON = NEWEST.replace(
    "{holder}", "user_id = ANY (%(users)s) AND (user_id = %(user)s OR basis = 'assignment') AND agency_id = %(agency)s"
)
HELD = f"SELECT DISTINCT opened_at, case_id FROM ({BY_GROUP} UNION ALL {BY_PERSON}) AS held"
PAGE = f"SELECT case_id FROM ({HELD}) AS page ORDER BY opened_at DESC, case_id DESC LIMIT %(most)s OFFSET %(start)s"
COUNT = f"SELECT count(*) FROM ({HELD} LIMIT %(stop)s) AS counted"


class NewestCases:
    """What a paginator needs of the cases that `viewer` may read: a count that stops at `MOST` + 1, and slices.

    `narrow` puts the list's filter on a queryset that has the columns panel, status and opened_at; `related` is fetched along.
    """

    ordered = True

    def __init__(self, viewer: Viewer, *related: str, narrow: Narrow = lambda rows: rows):
        self.viewer, self.related, self.narrow = viewer, related, narrow

    def __getitem__(self, part: slice) -> list[Case]:
        found = [row[0] for row in _read(*self.statement(part.start or 0, part.stop))]
        if not found:
            return []
        rows = visible(self.viewer, Case).filter(pk__in=found).select_related(*self.related)
        return list(rows.order_by("-opened_at", "-pk"))

    def __len__(self) -> int:
        return self.count()

    def count(self) -> int:
        """How many there are; `MOST` + 1 where there are more than `MOST`."""
        return _read(*self._filled(COUNT, stop=MOST + 1))[0][0]

    def statement(self, start: int, stop: int) -> tuple[str, dict]:
        """SQL, with its values, for the numbers of the cases from the `start`th newest up to the `stop`th."""
        return self._filled(PAGE, start=start, stop=stop, most=stop - start)

    def _filled(self, sql: str, **numbers: int) -> tuple[str, dict]:
        viewer = self.viewer
        narrow, values = self._narrow()
        return sql.format(narrow=narrow), {
            "panels": sorted(viewer.panels), "groups": list(viewer.groups), "users": list(viewer.users), "user": viewer.user_id,
            "agency": viewer.agency_id, **numbers, **values,
        }  # fmt: skip

    def _narrow(self) -> tuple[str, dict]:
        """The filter's own condition, its values named."""
        query = self.narrow(HeldCase.objects.all().scoped()).query
        if not query.where:
            return "", {}
        sql, values = query.where.as_sql(query.get_compiler(connection=connection), connection)
        names = [f"narrow{number}" for number in range(len(values))]
        return f"AND {sql % tuple(f'%({name})s' for name in names)}", dict(zip(names, values, strict=True))


def _read(sql: str, values: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
