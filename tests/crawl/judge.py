"""May this person read this word? Asked of the oracle, by the row that holds it."""

from casework.models.base import SAFE_ADDRESS, SOURCE_IDENTITY
from tests import oracle
from tests.crawl.canaries import Canary
from tests.world import World

OFFICE_ONLY = {"importrow", "importbatch", "conflictofinterest", "matchproposal"}


class Judge:
    """Knows whose rows are whose in one world."""

    def __init__(self, world: World):
        self.cases = {case.pk: name for name, case in world.cases.items()}
        self.referrals = {referral.pk: name for name, referral in world.referrals.items()}
        self.items = {item.pk: oracle.item(*key) for key, item in world.items.items()}
        self.actions = {action.pk: oracle.action(*key) for key, action in world.actions.items()}
        self.packs = {pack.pk: oracle.pack_text(slug) for slug, pack in world.packs.items()}

    def readers(self, canary: Canary) -> set[str]:
        """Who may be shown the word on a page. Encrypted words are shown on no page, only after a recorded click."""
        if canary.level in (SAFE_ADDRESS, SOURCE_IDENTITY):
            return set()
        if canary.model == "informationitem":
            return self.items[canary.pk]
        if canary.model == "action":
            return self.actions[canary.pk]
        if canary.model == "packdocument":
            return self.packs[canary.pk]
        if canary.model in OFFICE_ONLY:
            return oracle.OFFICE
        if canary.model == "report":
            return oracle.REPORT["one"]
        if canary.referral_id:
            return oracle.REFERRAL[self.referrals[canary.referral_id]]
        if canary.case_id:
            return oracle.CASE[self.cases[canary.case_id]] | (
                oracle.OFFICE
                if canary.model == "disclosuredecision"
                and self.cases[canary.case_id] in ("listed", "conflicted", "past")
                else set()
            )
        return oracle.OFFICE if canary.model == "disclosuredecision" else set()
