"""Rights that come and go in any order: after each step every person reads what the oracle says, in the queryset, the check and the page."""

import os
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import BooleanField, ExpressionWrapper
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from casework.access.scope import live, visible
from casework.access.viewer import NoMembership, Viewer, signed_panels, tell, viewer_for, viewers_of
from casework.models import Action, Case, InformationItem, Membership
from tests.access_model import oracle, play
from tests.access_model.play import AGENCIES, CASES, DAY, PANELS

pytestmark = pytest.mark.database

WHOLE = os.environ.get("ROUNDTABLE_WHOLE") == "1"
SEEDS = range(110 if WHOLE else 6)  # a run each; the number of one that fails repeats it
STEPS = 20
WATCHED = ("dan", "amira", "ada", "zoe", "grace", "helen", "tess", "omar", "lena", "wendy")
BASES = ("window", "standing", "opened")
STATES = ("active", "active", "suspended", "left", "signed", "proposed", "due_diligence")
WHENCE = st.sampled_from([-2 * DAY, timedelta(hours=-1), 2 * DAY])
UNTIL = st.sampled_from([timedelta(hours=-2), 3 * DAY, 30 * DAY])


class Access(RuleBasedStateMachine):
    """One world, kept twice, that anything may happen to."""

    beginning: play.Play
    clients: dict[str, Client]
    fired: Counter
    disagreements: list

    @initialize(number=st.integers(0, 2**32))
    def open(self, number):
        assume(number)  # the simplest example, which every run tries first, is the same in all of them
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.play = self._copy()
        self.fired["step"] += 0

    def _copy(self) -> play.Play:
        return play.Play(
            self.beginning.people, dict(self.beginning.rows), dict(self.beginning.told), self.beginning.decision
        )

    def teardown(self):
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)
            for (kind, _), row in self.beginning.rows.items():
                if kind in (
                    "users",
                    "parties",
                    "versions",
                    "signatures",
                    "memberships",
                    "carries",
                    "offices",
                    "grants",
                    "agreement_panels",
                ):
                    row.refresh_from_db() if kind != "grants" else self._fresh(row)

    def _fresh(self, row):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE rt_test_norls")
            row.refresh_from_db(fields=["expires_at", "version"])
            cursor.execute("RESET ROLE")

    def _pick(self, data, kind: str, holds=lambda fact: True):
        keys = self.play.keys(kind, holds)
        return data.draw(st.sampled_from(keys)) if keys else None

    def _watched_membership(self, data):
        return self._pick(data, "memberships", lambda fact: fact.user in WATCHED)

    @rule(data=st.data(), case=st.sampled_from(sorted(CASES)), agency=st.sampled_from(AGENCIES), basis=st.sampled_from(BASES),
          reach=st.sampled_from([1, 2, 3, 3, 3]), whence=WHENCE, until=UNTIL)  # fmt: skip
    def give_an_agency(self, data, case, agency, basis, reach, whence, until):
        if not play.sealed(self.play, case):
            self.fired["give an agency"] += 1
            play.grant_agency(self.play, case, agency, basis, reach, timezone.now() + whence, timezone.now() + until)

    @rule(data=st.data(), case=st.sampled_from(sorted(CASES)), basis=st.sampled_from(["assignment", "assignment", "emergency", "sealed_reader"]),
          reach=st.sampled_from([1, 3, 3]), whence=WHENCE, until=UNTIL)  # fmt: skip
    def give_a_person(self, data, case, basis, reach, whence, until):
        if basis == "sealed_reader" or not play.sealed(self.play, case):
            self.fired[f"give a person: {basis}"] += 1
            membership = self._watched_membership(data)
            reach = 3 if basis != "assignment" else reach
            play.grant_person(
                self.play, case, membership, basis, reach, timezone.now() + whence, timezone.now() + until
            )

    @rule(data=st.data())
    def end_a_grant(self, data):
        key = self._pick(data, "grants", lambda fact: fact.basis != "office" and fact.ends > timezone.now())
        if key:
            self.fired["end a grant"] += 1
            play.end_grant(self.play, key)

    @rule(
        user=st.sampled_from(WATCHED),
        case=st.sampled_from(sorted(CASES)),
        whence=WHENCE,
        until=st.sampled_from([None, None, 3 * DAY, timedelta(hours=-2)]),
    )
    def declare_a_conflict(self, user, case, whence, until):
        self.fired["declare a conflict"] += 1
        play.conflict(self.play, user, case, timezone.now() + whence, timezone.now() + until if until else None)

    @rule(data=st.data())
    def clear_a_conflict(self, data):
        key = self._pick(data, "conflicts", lambda fact: fact.ends is None)
        if key:
            self.fired["clear a conflict"] += 1
            now = timezone.now() - timedelta(seconds=1)
            self.play.change("conflicts", key, {"ends": now}, {"ends_at": now})

    @rule(data=st.data(), case=st.sampled_from(["m1", "m2", "a1"]))
    def seal_a_case(self, data, case):
        if not play.sealed(self.play, case):
            self.fired["seal a case"] += 1
            play.seal(self.play, case, [self._watched_membership(data), self._watched_membership(data)])

    @rule(data=st.data())
    def unseal_a_case(self, data):
        key = self._pick(data, "seals", lambda fact: fact.ends is None)
        if key:
            self.fired["unseal a case"] += 1
            play.unseal(self.play, key)

    @rule(data=st.data(), state=st.sampled_from(STATES))
    def an_agency_changes_state(self, data, state):
        self.fired["an agency changes state"] += 1
        key = self._pick(data, "parties")
        self.play.change("parties", key, {"state": state}, {"state": state})

    @rule(data=st.data(), days=st.sampled_from([-100, -10, 5]), grace=st.sampled_from([0, 60]))
    def a_new_version(self, data, days, grace):
        self.fired["a new version"] += 1
        play.new_version(self.play, self._pick(data, "versions"), days, grace)

    @rule(data=st.data(), agency=st.sampled_from(AGENCIES))
    def sign_a_version(self, data, agency):
        self.fired["sign a version"] += 1
        play.sign(self.play, self._pick(data, "versions"), agency)

    @rule(data=st.data())
    def withdraw_a_signature(self, data):
        key = self._pick(data, "signatures", lambda fact: fact.ends is None)
        if key:
            self.fired["withdraw a signature"] += 1
            now = timezone.now() - timedelta(seconds=1)
            self.play.change("signatures", key, {"ends": now}, {"ends_at": now})

    @rule(data=st.data(), kind=st.sampled_from(["memberships", "carries", "offices", "covers", "agreement_panels"]))
    def end_or_reopen(self, data, kind):
        key = self._pick(data, kind)
        if key:
            self.fired[f"end or reopen: {kind}"] += 1
            ends = timezone.now() - timedelta(seconds=1) if self.play.told[kind, key].ends is None else None
            self.play.change(kind, key, {"ends": ends}, {"ends_at": ends})

    @rule(data=st.data(), until=st.sampled_from([None, 3 * DAY, timedelta(hours=-2)]))
    def cover_a_colleague(self, data, until):
        first, second = self._watched_membership(data), self._watched_membership(data)
        if first != second:
            self.fired["cover a colleague"] += 1
            play.cover(self.play, first, second, timezone.now() + until if until else None)

    @rule(user=st.sampled_from(WATCHED), silent=st.booleans())
    def fall_silent_or_wake(self, user, silent):
        self.fired["fall silent or wake"] += 1
        play.silence(self.play, user, silent)

    @rule(user=st.sampled_from(WATCHED), active=st.booleans())
    def close_or_open_an_account(self, user, active):
        self.fired["close or open an account"] += 1
        play.switch(self.play, user, active)

    @rule(data=st.data())
    def release_a_statement(self, data):
        key = self._pick(data, "items", lambda fact: not fact.released)
        if key:
            self.fired["release a statement"] += 1
            play.release(self.play, key)

    @rule(
        data=st.data(),
        panel=st.sampled_from(PANELS),
        what=st.sampled_from(["coordinator", "chair", "deputy", "minute_taker"]),
    )
    def give_an_office(self, data, panel, what):
        self.fired["give an office"] += 1
        play.office(self.play, self._watched_membership(data), panel, what)

    @rule(data=st.data(), panel=st.sampled_from(PANELS))
    def carry_a_panel(self, data, panel):
        self.fired["carry a panel"] += 1
        play.carry(self.play, self._watched_membership(data), panel)

    @rule(data=st.data())
    def a_window_runs_out(self, data):
        key = self._pick(data, "grants", lambda fact: fact.basis == "window" and fact.ends > timezone.now())
        if key:
            self.fired["a window runs out"] += 1
            ended = timezone.now() - DAY
            self.play.change("grants", key, {"ends": ended}, {"expires_at": ended})

    @precondition(lambda self: hasattr(self, "play"))
    @invariant()
    def everybody_reads_what_the_oracle_says(self):
        self.fired["step"] += 1
        world = self.play.world()
        watched = {
            key: fact for (kind, key), fact in self.play.told.items() if kind == "memberships" and fact.user in WATCHED
        }
        viewers = self._viewers(watched)
        for membership, fact in watched.items():
            wanted, got = self._wanted(world, membership), self._got(viewers.get(membership))
            assert got == wanted, (fact.user, fact.agency, "product", got, "oracle", wanted)
        tell(None)

    def _viewers(self, watched: dict) -> dict:
        """The viewers of all memberships that make one, in one go; for one membership at each step also as a request makes it."""
        users = [self.play.rows["users", fact.user] for fact in watched.values()]
        open_ = {user.pk for user in users if user.is_active and not user.is_silent(timezone.now())}
        rows = list(
            Membership.objects.live()
            .filter(pk__in=watched, user__in=open_)
            .select_related("agency__partnership", "user")
        )
        viewers = viewers_of(rows, signed_panels({row.agency_id for row in rows}))
        membership = sorted(watched)[self.fired["step"] % len(watched)]
        try:
            alone = viewer_for(self.play.rows["users", watched[membership].user], membership)
        except NoMembership:
            alone = None
        assert alone == viewers.get(membership)
        return viewers

    def _wanted(self, world, membership) -> dict:
        reach = {name: oracle.reach(world, membership, name) for name in CASES}
        for name in CASES:
            self.fired["why: " + oracle.why(world, membership, name)] += 1
        found = {f"reach {depth}": {name for name, far in reach.items() if far >= depth} for depth in (1, 2, 3)}
        found["items"] = {item.name for item in world.items if oracle.reads_item(world, membership, item)}
        found["actions"] = {action.name for action in world.actions if oracle.reads_action(world, membership, action)}
        return found

    def _got(self, by: Viewer | None) -> dict:
        names = {
            kind: {row.pk: key for (of, key), row in self.play.rows.items() if of == kind}
            for kind in ("cases", "items", "actions")
        }
        if by is None:
            return {"reach 1": set(), "reach 2": set(), "reach 3": set(), "items": set(), "actions": set()}
        tell(by)
        cases = visible(by, Case).annotate(
            two=ExpressionWrapper(live(by, "pk", 2), BooleanField()),
            three=ExpressionWrapper(live(by, "pk", 3), BooleanField()),
        )
        far = {names["cases"][pk]: 1 + two + three for pk, two, three in cases.values_list("pk", "two", "three")}
        found = {f"reach {depth}": {name for name, reach in far.items() if reach >= depth} for depth in (1, 2, 3)}
        pk, name = list(names["cases"].items())[self.fired["step"] % len(CASES)]
        assert visible(by, Case).filter(pk=pk).exists() == (name in far)  # the check beside the queryset
        found["items"] = {names["items"][pk] for pk in visible(by, InformationItem).values_list("pk", flat=True)}
        found["actions"] = {names["actions"][pk] for pk in visible(by, Action).values_list("pk", flat=True)}
        return found

    @precondition(lambda self: hasattr(self, "play"))
    @invariant()
    def three_pages_agree(self):
        world, step = self.play.world(), self.fired["step"]
        for number in range(3):
            user = sorted(self.clients)[(step * 7 + number * 5) % len(self.clients)]
            case = sorted(CASES)[(step + number) % len(CASES)]
            membership = self.play.people.memberships[user].pk
            answer = self.clients[user].get(f"/cases/{self.play.rows['cases', case].reference}/")
            seen = answer.status_code == 200
            assert seen == (oracle.reach(world, membership, case) >= 1), (user, case, answer.status_code)
            self.fired["page seen" if seen else "page absent"] += 1


def test_whatever_happens_everybody_reads_what_the_oracle_says(people, record_property):
    """Runs of many steps each; ROUNDTABLE_WHOLE=1 takes at least 2,000 steps and asks that every rule fired twenty times."""
    fired = Counter()
    told = {"beginning": play.begin(people), "fired": fired, "clients": {}}
    for user in [name for name in WATCHED if name in people.memberships]:
        told["clients"][user] = Client()
        told["clients"][user].force_login(people.users[user])
    for seed in SEEDS:
        machine = type("Machine", (Access,), told | {"_hypothesis_internal_use_seed": seed})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=1, stateful_step_count=STEPS, deadline=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck), database=None,
            ),
        )  # fmt: skip
    for name, count in sorted(fired.items()):
        record_property(name, count)
    assert fired["step"] >= (2000 if WHOLE else 100)
    if WHOLE:
        assert {name: count for name, count in fired.items() if count < 20} == {}
