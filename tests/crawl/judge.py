"""May this person read this word? Asked of the oracle, by the row that holds it."""

from casework.models.base import SAFE_ADDRESS, SOURCE_IDENTITY
from tests import oracle
from tests.crawl.canaries import Canary
from tests.emptied import owner_connection
from tests.world import World

OFFICE_ONLY = {"importrow", "importbatch", "conflictofinterest", "matchproposal"}
# Rows that stand in a case and are read by fewer than the case
FEWER = {
    "onwardrequest": oracle.ONWARD,
    "emergencyaccess": oracle.EMERGENCY,
    "connection": {"dan"},
    "connectiontoken": {"dan"},
}


class Judge:
    """Knows whose rows are whose in one world."""

    def __init__(self, world: World):
        self.cases = {case.pk: name for name, case in world.cases.items()}
        self.referrals = {referral.pk: name for name, referral in world.referrals.items()}
        self.items = {item.pk: oracle.item(*key) for key, item in world.items.items()}
        self.actions = {action.pk: oracle.action(*key) for key, action in world.actions.items()}
        self.packs = {pack.pk: oracle.pack_text(slug) for slug, pack in world.packs.items()}
        self.own_decisions = _own_decisions()
        self.rows = {"informationitem": self.items, "action": self.actions, "packdocument": self.packs}

    def readers(self, canary: Canary) -> set[str]:
        """Who may be shown the word on a page. What is encrypted stands on no page, only behind a recorded click; but for what
        somebody declared of herself, which she reads again."""
        if canary.model in FEWER:
            return FEWER[canary.model]
        if canary.level in (SAFE_ADDRESS, SOURCE_IDENTITY):
            return set()
        if canary.model in self.rows:
            return self.rows[canary.model][canary.pk]
        if canary.model in OFFICE_ONLY:
            return oracle.OFFICE
        if canary.model == "report":
            return oracle.REPORT["one"]
        return self._of_owner(canary)

    def _of_owner(self, canary: Canary) -> set[str]:
        """Who reads the referral or case that the row belongs to; a decision about a whole meeting is its office's."""
        if canary.referral_id:
            return oracle.REFERRAL[self.referrals[canary.referral_id]]
        if canary.model == "disclosuredecision" and canary.pk in self.own_decisions:
            return oracle.own_statement("dan")
        if canary.case_id:
            return oracle.CASE[self.cases[canary.case_id]]
        return oracle.OFFICE if canary.model == "disclosuredecision" else set()


def _own_decisions() -> set[int]:
    """The decisions of agencies about their own statements; in this world dan's police alone made one."""
    connection = owner_connection()
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM casework_disclosuredecision WHERE kind = 'own'")
        found = {key for (key,) in cursor.fetchall()}
    connection.close()
    return found
