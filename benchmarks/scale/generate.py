"""Cases by COPY: the same for the same seed. Row triggers are off while they are written, indexes are made afterwards.

A case has two people; on average 5.2 live grants (its office, the police, whoever referred it, and those who were on the
agenda) and 0.3 that have ended; three cases in a hundred are assigned to somebody. Each of the three people who look has
assignments and conflicts of her own.
"""

import json
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from io import StringIO
from itertools import accumulate

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from psycopg2.extensions import connection as Connection

from benchmarks.scale.names import Names, keys_as_json
from benchmarks.scale.places import Places
from casework.matching.words import words_of
from casework.models.reference import ALPHABET, _check_character

CHUNK = 20_000
SMALL = 200
RARE = "flag_expired"
STATUSES = {"marac": (("open", 13), ("heard", 10), ("actions_open", 12), ("monitored", 25), ("closed", 40)),
            "asbpanel": (("new", 5), ("risk_assessed", 8), ("in_progress", 25), ("monitoring", 12), ("closed", 50))}  # fmt: skip
COLUMNS = {
    "case": "id version reference status opened_at closed_at last_referred_on lead_agency_id panel_id",
    "party": "id version role finding family_name given_names other_names born_on born_text gender ethnicity relationship needs case_id",
    "partyword": "word keys case_id party_id",
    "casegrant": "version basis reach starts_at expires_at content_object_id granted_by_id group_id permission_id decision_id panel_id",
    "caseusergrant": "version basis reach starts_at expires_at agency_id content_object_id permission_id user_id decision_id panel_id",
    "conflictofinterest": "version reason starts_at ends_at case_id declared_by_id user_id panel_id",
    "nameword": "word keys",
    "disclosuredecision": "id version reference necessity victim_views decided_at decided_by_id gateway_id panel_id",
}
NULL = "\\N"
BIG = ["case", "party", "partyword", "casegrant", "caseusergrant", "heldcase", "partypair"]


class Maker:
    """Draws the rows of the cases numbered from `first` on, table by table."""

    def __init__(self, places: Places, count: int, view_id: int, seed: int):
        self.places, self.count, self.view_id = places, count, view_id
        self.random, self.names = random.Random(seed), Names(seed)
        self.cumulative = list(accumulate(places.weights))
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.step = timedelta(days=3650) / count
        self.words: set[str] = set()
        self.decision = {p.pk: n for n, p in enumerate((p for pair in places.panels for p in pair), start=1)}
        self.charity_share, self.charity_left = 1.05 * SMALL / (count * places.weights[0]), SMALL

    def chunk(self, first: int, size: int) -> dict[str, list[str]]:
        """COPY lines of `size` cases."""
        rows: dict[str, list[str]] = {name: [] for name in COLUMNS}
        where = self.random.choices(range(len(self.places.weights)), cum_weights=self.cumulative, k=size)
        people = self.names.some(2 * size)
        for n, partnership in enumerate(where):
            number = first + n
            panel = self.places.panels[partnership][self.random.random() < 0.4]
            opened = self._case(rows, number, partnership, panel)
            self._people(rows, number, panel, people[2 * n : 2 * n + 2])
            self._grants(rows, number, partnership, panel, opened)
        return rows

    def _case(self, rows, number: int, partnership: int, panel) -> datetime:
        draw = self.random.random
        opened = self.now - (self.count - number) * self.step - timedelta(days=30 * draw())
        if draw() < 0.03:  # brought over from elsewhere, long after it was opened
            opened -= (opened - datetime(2014, 1, 1, tzinfo=UTC)) * draw()
        status = self._status(panel.kind)
        closed = opened + timedelta(days=200) if status == "closed" else None
        lead = self.random.choice(self.places.agencies[partnership]).pk if draw() < 0.8 else NULL
        rows["case"].append(
            f"{number}\t1\t{reference(number)}\t{status}\t{opened}\t{closed or NULL}\t{opened:%Y-%m-%d}\t{lead}\t{panel.pk}"
        )
        return opened

    def _status(self, kind: str) -> str:
        if kind == "marac" and self.random.random() < 0.0001 / 0.6:
            return RARE
        names, weights = zip(*STATUSES[kind], strict=True)
        return self.random.choices(names, weights)[0]

    def _people(self, rows, number: int, panel, people) -> None:
        roles = ("victim" if panel.kind == "marac" else "complainant", "alleged_perpetrator")
        for place, (role, (given, family)) in enumerate(zip(roles, people, strict=True)):
            party = 2 * number - 1 + place
            born = f"{self.random.randint(1940, 2007)}-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
            rows["party"].append(f"{party}\t1\t{role}\t\t{family}\t{given}\t\t{born}\t\t\t\t\t\t{number}")
            for word in words_of(given, family):
                self.words.add(word)
                rows["partyword"].append(f"{word}\t{keys_as_json(word)}\t{number}\t{party}")

    def _grants(self, rows, number: int, partnership: int, panel, opened: datetime) -> None:
        draw, places = self.random.random, self.places
        decision = self.decision[panel.pk]

        def grant(group: int, basis: str, until: object = NULL) -> None:
            said = NULL if basis == "office" else decision
            rows["casegrant"].append(
                f"1\t{basis}\t3\t{opened}\t{until}\t{number}\t{NULL}\t{group}\t{self.view_id}\t{said}\t{panel.pk}"
            )

        grant(panel.office_group_id, "office")
        later, over = self.now + timedelta(days=60), min(opened + timedelta(days=90), self.now - timedelta(days=1))
        if draw() < 0.96:
            grant(places.police[partnership].group_id, "window", later)
        others = places.agencies[partnership][1:-1] if partnership == 0 else places.agencies[partnership][1:]
        chosen = self.random.sample(others, self.random.choice((3, 3, 3, 3, 4, 4, 4)))
        grant(chosen[0].group_id, "opened", later + timedelta(days=300))
        for agency in chosen[1:]:
            grant(agency.group_id, "window", over if draw() < 0.12 else later)
        if partnership == 0 and self.charity_left and draw() < self.charity_share:
            self.charity_left -= 1
            grant(places.charity.group_id, "window", later)
        if draw() < 0.03:
            user, agency = self.random.choice(places.staff[partnership * 15 : partnership * 15 + 15])
            rows["caseusergrant"].append(self.assignment(number, user.pk, agency.pk, opened, decision, panel.pk))

    def assignment(self, case: int, user: int, agency: int, since: datetime, decision: int, panel: int) -> str:
        """The COPY line of a personal grant."""
        return f"1\tassignment\t3\t{since}\t{self.now + timedelta(days=300)}\t{agency}\t{case}\t{self.view_id}\t{user}\t{decision}\t{panel}"


def reference(number: int) -> str:
    """The reference of a case: another for each number, spread over all of them."""
    value = number * 9_876_543_211 % 32**7
    while True:
        body = "".join(ALPHABET[value >> shift & 31] for shift in range(30, -5, -5))
        if (check := _check_character(body)) in ALPHABET:
            return f"{body[:4]}-{body[4:]}{check}"
        value = (value + 1) % 32**7


def load(connection: Connection, places: Places, count: int, view_id: int, seed: int) -> dict[str, int]:
    """Write `count` cases through a superuser's connection; rows by table."""
    maker, rows = Maker(places, count, view_id, seed), dict.fromkeys(COLUMNS, 0)
    connection.autocommit = True
    with connection.cursor() as cursor, triggers_off(cursor), without_indexes(cursor):
        _decide(cursor, maker)
        for first in range(1, count + 1, CHUNK):
            for table, lines in maker.chunk(first, min(CHUNK, count + 1 - first)).items():
                rows[table] += _copy(cursor, table, lines)
        rows["nameword"] = _copy(cursor, "nameword", [f"{word}\t{keys_as_json(word)}" for word in sorted(maker.words)])
        for user in places.users.values():
            _make_exceptions(cursor, user.pk, maker)
        rows["heldcase"] = _hold(cursor)
        rows["partypair"] = _pair(cursor)
    with connection.cursor() as cursor:
        for table in COLUMNS:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('casework_{table}', 'id'), coalesce(max(id), 1)) FROM casework_{table}"
                if table != "nameword"
                else "SELECT 1"
            )
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    return rows


@contextmanager
def triggers_off(cursor) -> Iterator[None]:
    cursor.execute("SET session_replication_role = replica")
    yield
    cursor.execute("SET session_replication_role = origin")


@contextmanager
def without_indexes(cursor) -> Iterator[None]:
    """Take away the indexes of the big tables, except primary keys, and make them again."""
    tables = [f"casework_{name}" for name in BIG]
    cursor.execute(
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'u' AND conrelid::regclass::text = ANY (%s)", [tables],
    )  # fmt: skip
    unique = cursor.fetchall()
    for table, name, _ in unique:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY (%s) AND indexname NOT LIKE '%%_pkey'",
        [tables],
    )
    plain = cursor.fetchall()
    for name, _ in plain:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for _, definition in plain:
        cursor.execute(definition)
    for table, name, definition in unique:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _copy(cursor, table: str, lines: Iterable[str]) -> int:
    """Lines of the columns named above; every other column that must have a value takes its model's default."""
    named = COLUMNS[table].split()
    rest = defaults_of(table, tuple(named))
    end = "".join(f"\t{value}" for value in rest.values()) + "\n"
    text, columns = "".join(f"{line}{end}" for line in lines), ", ".join([*named, *rest])
    cursor.copy_expert(f"COPY casework_{table} ({columns}) FROM STDIN", StringIO(text))
    return cursor.rowcount


@cache
def defaults_of(table: str, named: tuple[str, ...]) -> dict[str, object]:
    """Column -> value in COPY's text, for columns that may not be empty and are not `named`."""
    found = {}
    for field in apps.get_model("casework", table)._meta.concrete_fields:
        if not (field.null or field.primary_key or field.column in named):
            value, is_array = field.get_default(), isinstance(field, ArrayField)
            found[field.column] = "{}" if is_array else json.dumps(value) if isinstance(value, list | dict) else value
    return found


def _hold(cursor) -> int:
    """What the triggers would have written beside each grant: the migration's own statements."""
    migration = import_module("casework.migrations.0014_access_indexes")
    cursor.execute(migration._copy(migration.GROUPS, "casework_casegrant"))
    groups = cursor.rowcount
    cursor.execute(migration._copy(migration.PEOPLE, "casework_caseusergrant"))
    return groups + cursor.rowcount


def _pair(cursor) -> int:
    """What the trigger would have written beside the words of names: the migration's own statement."""
    cursor.execute(import_module("casework.migrations.0021_search_pairs").PAIRS)
    return cursor.rowcount


def _decide(cursor, maker: Maker) -> None:
    """One decision a panel: every agency's grant stands on one."""
    cursor.execute("SELECT min(id) FROM casework_legalgateway")
    gateway = cursor.fetchone()[0]
    lines = [
        f"{number}\t1\tDECI-{number:04}\tNecessary\tAsked\t{maker.now}\t{maker.places.staff[0][0].pk}\t{gateway}\t{panel}"
        for panel, number in maker.decision.items()
    ]
    _copy(cursor, "disclosuredecision", lines)


def _make_exceptions(cursor, user: int, maker: Maker) -> None:
    """Twelve assignments on her own panels, and conflicts with five of the newest cases that she would see."""
    cursor.execute("SELECT agency_id FROM casework_membership WHERE user_id = %s", [user])
    agency = cursor.fetchone()[0]
    cursor.execute(
        "SELECT id, opened_at, panel_id FROM casework_case WHERE panel_id IN (SELECT p.panel_id FROM casework_membershippanel p"
        " JOIN casework_membership m ON m.id = p.membership_id WHERE m.user_id = %s) ORDER BY id %% 97, id DESC LIMIT 12",
        [user],
    )
    assigned = [maker.assignment(case, user, agency, since, 1, panel) for case, since, panel in cursor.fetchall()]
    _copy(cursor, "caseusergrant", assigned)
    cursor.execute(
        "SELECT c.id, c.opened_at, c.panel_id FROM casework_casegrant g JOIN casework_agency a ON a.group_id = g.group_id"
        " JOIN casework_case c ON c.id = g.content_object_id WHERE a.id = %s ORDER BY c.opened_at DESC OFFSET 3 LIMIT 5",
        [agency],
    )
    conflicts = [
        f"1\tRelated\t{since}\t{NULL}\t{case}\t{user}\t{user}\t{panel}" for case, since, panel in cursor.fetchall()
    ]
    _copy(cursor, "conflictofinterest", conflicts)
