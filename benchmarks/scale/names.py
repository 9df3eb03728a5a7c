"""A large dictionary of real given names and surnames, drawn as they occur: few often, most rarely.

The words come from the name lists of many languages in `faker`; one seed gives one population.
"""

import importlib
import json
import random
from functools import cache
from itertools import accumulate

from casework.matching.words import keys_of, words_of

LANGUAGES = [
    "en_GB",
    "en_IE",
    "en_IN",
    "en_PK",
    "en_NG",
    "en_US",
    "en_NZ",
    "pl_PL",
    "ro_RO",
    "pt_PT",
    "es_ES",
    "it_IT",
    "fr_FR",
    "de_DE",
    "nl_NL",
    "tr_TR",
    "yo_NG",
    "ig_NG",
    "ha_NG",
    "sw",
    "en_KE",
    "zu_ZA",
    "tw_GH",
    "ga_IE",
    "cs_CZ",
    "hu_HU",
    "sv_SE",
    "da_DK",
    "fi_FI",
    "lt_LT",
    "lv_LV",
    "sk_SK",
    "hr_HR",
    "sl_SI",
    "et_EE",
    "de_AT",
    "vi_VN",
]
COMMON_SURNAMES = [
    "Smith",
    "Jones",
    "Williams",
    "Taylor",
    "Brown",
    "Davies",
    "Khan",
    "Evans",
    "Wilson",
    "Thomas",
    "Patel",
    "Johnson",
    "Roberts",
    "Ali",
    "Wright",
]
COMMON_FORENAMES = [
    "Mohammed",
    "Sarah",
    "David",
    "Emma",
    "James",
    "Laura",
    "John",
    "Rebecca",
    "Daniel",
    "Aisha",
    "Paul",
    "Claire",
    "Michael",
    "Joanne",
]
SURNAME_SLOPE, FORENAME_SLOPE = 1.08, 1.35  # two million people have about 880,000 different full names
TWO_FORENAMES = 0.05


@cache
def dictionary() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All forenames and all surnames, each list with the commonest languages of the country first."""
    forenames: dict[str, None] = {}
    surnames: dict[str, None] = {}
    for language in LANGUAGES:
        provider = importlib.import_module(f"faker.providers.person.{language}").Provider
        for attribute in sorted(vars(provider)):
            listed = getattr(provider, attribute)
            if isinstance(listed, tuple | list | dict):
                kept = dict.fromkeys(name for name in listed if isinstance(name, str) and words_of(name))
                if attribute.startswith("first_name"):
                    forenames |= kept
                elif "last_name" in attribute:
                    surnames |= kept
    return tuple(forenames), tuple(surnames)


class Names:
    """Draws names: `some(n)` gives n pairs of (given names, family name)."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        forenames, surnames = dictionary()
        self.forenames, self.surnames = (
            self._ranked(forenames, COMMON_FORENAMES),
            self._ranked(surnames, COMMON_SURNAMES),
        )
        self._often = list(accumulate((rank + 6) ** -FORENAME_SLOPE for rank in range(len(forenames))))
        self._families = list(accumulate((rank + 6) ** -SURNAME_SLOPE for rank in range(len(surnames))))

    def _ranked(self, names: tuple[str, ...], common: list[str]) -> list[str]:
        """The commonest, the country's own names, the rest: the rank decides how often a name is drawn."""
        others = [name for name in names if name not in common]
        first, rest = others[:900], others[900:]
        self.random.shuffle(first)
        self.random.shuffle(rest)
        return common + first + rest

    def some(self, count: int) -> list[tuple[str, str]]:
        given = self.random.choices(self.forenames, cum_weights=self._often, k=count)
        second = self.random.choices(self.forenames, cum_weights=self._often, k=count)
        family = self.random.choices(self.surnames, cum_weights=self._families, k=count)
        draw = self.random.random
        return [
            (f"{one} {two}" if draw() < TWO_FORENAMES else one, last)
            for one, two, last in zip(given, second, family, strict=True)
        ]


@cache
def keys_as_json(word: str) -> str:
    """What `keys_of` says of a word, as JSON."""
    return json.dumps(keys_of(word), ensure_ascii=False)
