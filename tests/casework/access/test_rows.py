"""Every kind of row × every person × each wall alone, against the oracle."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Q

from casework.access import scope
from casework.access.viewer import acting
from casework.models import (
    AccessReviewLine,
    Action,
    AgreementParty,
    AgreementVersion,
    Assessment,
    AssessmentAnswer,
    Attendance,
    AuditEngagement,
    Breach,
    Case,
    CaseGrant,
    CaseUserGrant,
    Condition,
    ConflictOfInterest,
    Connection,
    ConnectionToken,
    DecisionCase,
    DecisionItem,
    Declaration,
    DisclosureDecision,
    EmergencyAccess,
    EngagementCase,
    GatewaySetting,
    Hearing,
    HearingRisk,
    HeldCase,
    ImportBatch,
    ImportRow,
    InformationItem,
    Intervention,
    ItemAudience,
    ItemRelease,
    ItemSource,
    KnownElsewhere,
    MatchProposal,
    Meeting,
    Notice,
    OnwardRequest,
    OutwardContact,
    Pack,
    PackDocument,
    Party,
    PartyAddress,
    PartyPair,
    PartyToken,
    PartyWord,
    Referral,
    Report,
    ReportSource,
    ResearchReturn,
    SafeAddress,
    SafeContact,
    ScreeningDecision,
    Seal,
    Search,
    SharingAgreement,
)  # fmt: skip
from tests import oracle
from tests.world import WINDOWED, World, build

pytestmark = pytest.mark.database


@pytest.fixture
def world(people) -> World:
    return build(people)


def all_rows(table: str, *columns: str) -> list[tuple]:
    """Rows of a table with neither wall, by a role that only the tests have."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE rt_test_norls")
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1")
        rows = cursor.fetchall()
        cursor.execute("RESET ROLE")
    return rows


def readers_of_owner(world: World) -> Callable[[int | None, int | None], set[str]]:
    cases = {case.pk: oracle.CASE[name] for name, case in world.cases.items()}
    referrals = {referral.pk: oracle.REFERRAL[name] for name, referral in world.referrals.items()}
    return lambda case_id, referral_id: cases[case_id] if case_id else referrals[referral_id]


IN_EITHER = (
    Party,
    PartyAddress,
    PartyToken,
    PartyPair,
    PartyWord,
    SafeAddress,
    SafeContact,
    Assessment,
    AssessmentAnswer,
)
IN_CASE = (Hearing, HearingRisk, Intervention, Condition, Breach)


def expected(world: World) -> dict[type, dict[int, set[str]]]:
    """Model -> key -> who may read the row, by the oracle."""
    owner = readers_of_owner(world)
    names = {user.pk: name for name, user in world.people.users.items()}
    user_of = {world.agency(slug).pk: user for slug, user in WINDOWED.items()}
    case_name = {case.pk: name for name, case in world.cases.items()}
    found: dict[type, dict[int, set[str]]] = {
        model: {
            pk: owner(case, referral)
            for pk, case, referral in all_rows(model._meta.db_table, "id", "case_id", "referral_id")
        }
        for model in IN_EITHER
    }
    found |= {
        model: {pk: owner(case, None) for pk, case in all_rows(model._meta.db_table, "id", "case_id")}
        for model in IN_CASE
    }
    found[Case] = {case.pk: oracle.CASE[name] for name, case in world.cases.items()}
    found[Referral] = {referral.pk: oracle.REFERRAL[name] for name, referral in world.referrals.items()}
    found[InformationItem] = {item.pk: oracle.item(*key) for key, item in world.items.items()}
    found[Action] = {action.pk: oracle.action(*key) for key, action in world.actions.items()}
    found[ResearchReturn] = {
        pk: oracle.research(case_name[case], user_of[agency])
        for pk, case, agency in all_rows("casework_researchreturn", "id", "case_id", "agency_id")
    }
    found[Pack] = {pack.pk: oracle.pack_row(slug) for slug, pack in world.packs.items()}
    found[PackDocument] = {pack.pk: oracle.pack_text(slug) for slug, pack in world.packs.items()}
    found[Report] = {report.pk: oracle.REPORT[name] for name, report in world.reports.items()}
    found[ReportSource] = {pk: oracle.SOURCE["one"] for (pk,) in all_rows("casework_reportsource", "id")}
    found[ImportBatch] = {pk: oracle.IMPORTS for (pk,) in all_rows("casework_importbatch", "id")}
    found[ImportRow] = {pk: oracle.IMPORTS for (pk,) in all_rows("casework_importrow", "id")}
    found[MatchProposal] = {pk: oracle.OFFICE for (pk,) in all_rows("casework_matchproposal", "id")}
    found[ScreeningDecision] = {
        pk: oracle.REFERRAL["accepted"] for (pk,) in all_rows("casework_screeningdecision", "id")
    }
    found[Meeting] = {world.meeting.pk: oracle.OFFICE | oracle.WINDOWED | {"amira"}}
    found[Attendance] = {
        pk: oracle.OFFICE | oracle.WINDOWED | {"amira"} for (pk,) in all_rows("casework_attendance", "id")
    }
    found[Notice] = {pk: {names[user]} for pk, user in all_rows("casework_notice", "id", "user_id")}
    found[DisclosureDecision] = {
        pk: (oracle.own_statement("dan") if kind == "own" else owner(case, None) if case else set())
        | ({"omar", "chris"} if panel == world.panel("harbourne-asb").pk else oracle.OFFICE)
        for pk, case, panel, kind in all_rows("casework_disclosuredecision", "id", "case_id", "panel_id", "kind")
    }
    found |= lawful(world, owner)
    found[ItemAudience] = {
        pk: {"tess", *oracle.OWN_AGENCY[user_of.get(owned, "amira")]} & owner(case, None)
        for pk, case, owned in all_rows("casework_itemaudience", "id", "case_id", "owner_id")
    }
    return found


def lawful(world: World, owner: Callable) -> dict[type, dict[int, set[str]]]:
    """What makes sharing lawful, model by model."""
    return {
        **{
            model: {pk: owner(case, None) for pk, case in all_rows(model._meta.db_table, "id", "case_id")}
            for model in (ItemRelease,)
        },
        DecisionCase: {
            pk: owner(case, None) | oracle.OFFICE for pk, case in all_rows("casework_decisioncase", "id", "case_id")
        },
        DecisionItem: {pk: oracle.own_statement("dan") for (pk,) in all_rows("casework_decisionitem", "id")},
        ItemSource: {pk: {"dan"} for (pk,) in all_rows("casework_itemsource", "id")},
        OnwardRequest: {pk: oracle.ONWARD for (pk,) in all_rows("casework_onwardrequest", "id")},
        KnownElsewhere: {pk: oracle.OFFICE for (pk,) in all_rows("casework_knownelsewhere", "id")},
        EmergencyAccess: {pk: oracle.EMERGENCY for (pk,) in all_rows("casework_emergencyaccess", "id")},
        **{
            model: {pk: {"dan"} for (pk,) in all_rows(model._meta.db_table, "id")}
            for model in (Declaration, Connection, ConnectionToken)
        },
    }


def scoped_keys(by, model) -> set[int]:
    return set(scope.visible(by, model).values_list("pk", flat=True))


def raw_keys(by, model) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {model._meta.pk.column} FROM {model._meta.db_table}")
        return {row[0] for row in cursor.fetchall()}


def without_rls(by, model) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE rt_test_norls")
        keys = scoped_keys(by, model)
        cursor.execute("RESET ROLE")
    return keys


@pytest.mark.parametrize(
    "read", [scoped_keys, raw_keys, without_rls], ids=["both walls", "second wall alone", "first wall alone"]
)
def test_everybody_reads_exactly_her_rows(world, read, record_property):
    """The world is read by sixteen people; each row of each model is either expected for her or absent."""
    rows = expected(world)
    wrong, fired = [], 0
    for person, user in world.people.users.items():
        with acting(user) as by:
            for model, readers in rows.items():
                want = {key for key, names in readers.items() if person in names}
                got = read(by, model)
                fired += len(want)
                if got != want:
                    wrong.append((person, model.__name__, sorted(got - want), sorted(want - got)))
    record_property("rows × people", sum(map(len, rows.values())) * len(world.people.users))
    record_property("readings allowed", fired)
    assert wrong == []
    assert fired > 400


def test_every_model_with_a_rule_is_in_the_oracle(world):
    """Searches, audit engagements and grants are tested beside their pages; a person's own grants pass the second wall too."""
    of_kinds = {model for model in scope.rules() if model._meta.app_label != "casework"}
    kept = {SharingAgreement, AgreementVersion, AgreementParty, GatewaySetting}  # tested beside their pages
    beside = kept | {
        Search,
        AuditEngagement,
        EngagementCase,
        CaseGrant,
        CaseUserGrant,
        HeldCase,
        OutwardContact,
        AccessReviewLine,
        ConflictOfInterest,
        Seal,
    }
    assert set(scope.rules()) - of_kinds - set(expected(world)) <= beside


def test_conflicts_and_seals_are_seen_by_those_who_deal_with_them(world):
    """The second wall asks these two tables, so it lets them be read more widely: the first is tested alone, with the page."""
    seen = {ConflictOfInterest: set(), Seal: set()}
    for person, user in world.people.users.items():
        with acting(user) as by:
            for model, readers in seen.items():
                readers |= {person} if scope.visible(by, model).exists() else set()
    assert seen == {ConflictOfInterest: oracle.OFFICE, Seal: oracle.CASE["sealed"]}


def test_without_a_viewer_there_is_nothing(world):
    for model in expected(world):
        assert raw_keys(None, model) == set()
        with pytest.raises(LookupError if model not in scope.rules() else Exception):
            list(model._default_manager.all())


def test_ended_membership_signature_and_grant_count_at_once(world):
    """Each ending takes effect on the next look, whatever was open before."""
    tess, listed = world.people.users["tess"], world.cases["listed"].pk

    def sees() -> bool:
        try:
            with acting(tess) as by:
                return scope.visible(by, Case).filter(pk=listed).exists()
        except LookupError:
            return False

    assert sees()
    for sql in (
        "UPDATE casework_casegrant SET expires_at = statement_timestamp() - interval '1 second' WHERE content_object_id = %s AND group_id = %s",
        "UPDATE casework_agreementsignature SET ends_at = statement_timestamp() WHERE agency_id = %s",
        "UPDATE casework_membership SET ends_at = statement_timestamp() WHERE user_id = %s",
    ):
        arguments = {
            "casegrant": [listed, world.agency("harbourne-csc").group_id],
            "agreementsignature": [world.agency("harbourne-csc").pk],
            "membership": [tess.pk],
        }[sql.split("casework_")[1].split()[0]]
        sid = connection.savepoint()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE rt_test_norls")
            cursor.execute("SELECT set_config('app.event', gen_random_uuid()::text, true)")
            cursor.execute(sql, arguments)
            assert cursor.rowcount >= 1
            cursor.execute("RESET ROLE")
        assert not sees()
        connection.savepoint_rollback(sid)
        assert sees()


def test_a_representative_of_another_panel_kind_reads_nothing_of_it(world):
    """dan's membership carries both panels; without the MARAC he keeps the agency's ASB rows and loses every MARAC row."""
    dan = world.people.users["dan"]
    with acting(dan) as by:
        assert scope.visible(by, Case).count() == 2
        only_asb = by.__class__(
            **{
                **by.__dict__,
                "panels": frozenset({world.panel("harbourne-asb").pk}),
                "carried": frozenset({world.panel("harbourne-asb").pk}),
            }
        )
        assert scope.visible(only_asb, Case).count() == 0
        assert scope.visible(only_asb, Referral).filter(Q()).count() == 0
