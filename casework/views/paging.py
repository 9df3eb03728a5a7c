"""Pages of a list that counts no further than anybody turns."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

from casework.access.walk import MOST


class CappedPaginator(Paginator):
    """Counts to `MOST` rows and pages through those; `more` says that there are others."""

    @cached_property
    def _found(self) -> int:
        rows = self.object_list
        return rows.order_by()[: MOST + 1].count() if isinstance(rows, QuerySet) else len(rows)

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST)

    @property
    def more(self) -> bool:
        return self._found > MOST
