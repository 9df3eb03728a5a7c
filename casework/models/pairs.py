"""Two words of one party's names together, for the search of a million names."""

from django.db import models

from casework.models.base import ScopedQuerySet, declare
from casework.models.case import Case, Party


class PartyPair(models.Model):
    """Two words of a party's names in the order of the alphabet, one space between: found by equality, as row-level security wants it.

    A single common word is shared by tens of thousands of people, a pair by few. The database keeps the pairs with the
    words (casework/migrations/0021_search_pairs.py); like them they repeat what the party's history holds.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    referral = models.ForeignKey("casework.Referral", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    pair = models.CharField(max_length=170)

    objects = ScopedQuerySet.as_manager()
    depth = 1
    sensitivity = declare(internal="case referral party", personal="pair")

    class Meta:
        indexes = [models.Index(fields=["pair", "-party"], name="party_pair")]

    def __str__(self) -> str:
        return f"pair of party {self.party_id}"
