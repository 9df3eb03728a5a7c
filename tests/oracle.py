"""Who may read what in `tests/world.py`, by the rules in words; nothing of the product is asked."""

OFFICE = {"grace", "helen"}  # coordinator and chair of the MARAC
WINDOWED = {"dan", "tess", "priya", "sam", "lena"}  # representatives of the agencies with a window
EVERYBODY = {
    "dan",
    "amira",
    "grace",
    "helen",
    "tess",
    "priya",
    "sam",
    "omar",
    "lena",
    "chris",
    "una",
    "ines",
    "paul",
    "viktor",
    "wendy",
    "nell",
}

# name of the case -> who reads the whole of it
CASE = {
    "listed": OFFICE | WINDOWED | {"amira"},  # assigned to amira
    "conflicted": OFFICE | WINDOWED - {"sam"},  # sam declared a conflict
    "past": OFFICE,  # the windows are over
    "asb": {"omar", "chris", "lena"},  # office, and the housing association that reported
    "northgate": {"nell"},
    "sealed": {"helen"},  # a named reader, and nobody of the office besides
}
# name of the referral -> who reads it: the referring agency, the IDVA service, the office
REFERRAL = {
    "waiting": OFFICE | {"dan", "amira"},
    "accepted": OFFICE | {"dan", "amira"},
    "northgate": {"nell", "wendy"},
}
OWN_AGENCY = {
    "dan": {"dan"},
    "tess": {"tess"},
    "priya": {"priya"},
    "sam": {"sam"},
    "lena": {"lena"},
    "amira": {"amira"},
}


def item(case: str, author: str, audience: str) -> set[str]:
    """Who reads one statement: who reads the case and belongs to its audience; the author's agency always."""
    own = OWN_AGENCY[author]
    readers = {
        "all_present": CASE[case],
        "all_signatories": CASE[case],
        "named_agencies": own | {"tess"},
        "owner_only": own,
        "chair_only": own | {"helen"},
        "waiting": own | OFFICE,  # confidential health, for everybody present, not released by a second person
        "released": CASE[case],  # the same, released
    }[audience]
    return readers & CASE[case]


def own_statement(author: str) -> set[str]:
    """Who sees what a decision says of one agency's statement: that agency, and the office."""
    return OWN_AGENCY[author] | OFFICE


def action(case: str, agency: str) -> set[str]:
    """Who reads an action: who reads the case, and who answers for the agency that owes it."""
    owes = {"harbourne-police": {"dan"}, "harbourne-csc": {"tess"}}[agency]
    return CASE[case] | owes


def pack_text(agency: str) -> set[str]:
    """Who opens a pack: its recipient's members; the office's own copy by the office."""
    return {"harbourne-csc": {"tess"}, "harbourne-police": {"dan"}, "harbourne-council": OFFICE}[agency]


def pack_row(agency: str) -> set[str]:
    """Who sees that a pack was issued."""
    return OFFICE | pack_text(agency)


def research(case: str, agency_user: str) -> set[str]:
    """Who sees what an agency was asked about a case: the agency while its window is open, and the office."""
    return OFFICE | ({agency_user} & CASE[case])


REPORT = {"one": {"omar", "chris", "lena"}, "two": {"omar", "chris", "lena"}}
SOURCE = REPORT
IMPORTS = OFFICE
EMERGENCY = {"dan", "ines", "paul"}  # who asked, and the governance leads of the partnership
ONWARD = {"priya", "lena"}  # who asks, and whose statement it is
REVIEWED_BY = {"tess"}  # an agency without a governance lead is answered for by its representatives
