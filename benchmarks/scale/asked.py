"""What is asked in every arm: the product's own queries for a viewer, the same without her, guardian's, and a plain reference."""

from dataclasses import dataclass

from django.db import connections
from django.db.models import QuerySet
from guardian.shortcuts import get_objects_for_user  # noqa: TID251 -- what the product is compared with

from benchmarks.scale.generate import RARE
from casework.access.viewer import Viewer
from casework.models import Case, CaseGrant, CaseUserGrant, Party, User

OWNER = "owner"
PAGE = 25
FILTERS = ("none", "status", "panel and status", "rare status")


@dataclass(frozen=True)
class Look:
    """One person before one filter."""

    user: User
    viewer: Viewer
    name: str
    by: dict[str, object]


def looks(user: User, viewer: Viewer, panel_id: int) -> list[Look]:
    """The four filters; `panel_id` is the panel that she would choose."""
    chosen = ({}, {"status": "open"}, {"panel_id": panel_id, "status": "open"}, {"status": RARE})
    return [Look(user, viewer, name, by) for name, by in zip(FILTERS, chosen, strict=True)]


def unscoped() -> QuerySet[Case]:
    """All cases as the owner reads them, whom no policy binds; otherwise as the list asks for them."""
    return Case.objects.using(OWNER).scoped().select_related("panel", "lead_agency").order_by("-opened_at", "-pk")


def unscoped_names(cases: list[Case]) -> list[Party]:
    """Everybody in these cases, as the list asks for them."""
    return list(Party.objects.using(OWNER).scoped().filter(case__in=cases).order_by("pk"))


def let_guardian_read(users: dict[str, User], groups: dict[str, int]) -> None:
    """What guardian wants and the product does without: people in groups, and its own question of the managers of grants."""
    for name, user in users.items():
        User.groups.through.objects.using(OWNER).create(user_id=user.pk, group_id=groups[name])
    for model in (CaseGrant, CaseUserGrant):
        type(model.objects).is_generic = lambda _: False


def guardians(user: User) -> QuerySet[Case]:
    """Cases by django-guardian's shortcut; it knows groups, and neither windows nor conflicts."""
    found = get_objects_for_user(
        User.objects.using(OWNER).get(pk=user.pk), "casework.read_case", klass=Case, accept_global_perms=False, with_superuser=False
    )  # fmt: skip
    return found.using(OWNER).scoped().select_related("panel", "lead_agency").order_by("-opened_at", "-pk")


class Reference:
    """The plain way: all cases, and the numbers of those on which a viewer has a reason and no conflict, as sets."""

    def __init__(self):
        cases = _rows("SELECT id, panel_id, status FROM casework_case ORDER BY opened_at DESC, id DESC")
        self.newest_first = [{"id": number, "panel_id": panel, "status": status} for number, panel, status in cases]

    def read_by(self, viewer: Viewer) -> set[int]:
        """Numbers of the cases that she may read."""
        values = {
            "groups": list(viewer.groups), "panels": list(viewer.panels), "user": viewer.user_id, "agency": viewer.agency_id,
        }  # fmt: skip
        held = _rows(
            f"SELECT content_object_id FROM casework_casegrant WHERE group_id = ANY (%(groups)s) AND {GRANT}", values
        )
        own = _rows(
            "SELECT content_object_id FROM casework_caseusergrant"
            f" WHERE user_id = %(user)s AND agency_id = %(agency)s AND {GRANT}", values,
        )  # fmt: skip
        conflicts = _rows(
            f"SELECT case_id FROM casework_conflictofinterest WHERE user_id = %(user)s AND {CONFLICT}", values
        )
        return {row[0] for row in (*held, *own)} - {row[0] for row in conflicts}

    def all_of(self, read: set[int], by: dict[str, object]) -> list[int]:
        """Those of `read` that pass the filter, newest first."""
        return [
            case["id"] for case in self.newest_first
            if case["id"] in read and all(case[column] == value for column, value in by.items())
        ]  # fmt: skip


GRANT = "panel_id = ANY (%(panels)s) AND starts_at <= now() AND (expires_at IS NULL OR expires_at > now())"
CONFLICT = "starts_at <= now() AND (ends_at IS NULL OR ends_at > now())"


def _rows(sql: str, values: dict | None = None) -> list[tuple]:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
