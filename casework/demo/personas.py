"""Safer Harbourne and its neighbour Northgate, as data: agencies, panels, and the people to sign in as."""

from dataclasses import dataclass

PASSWORD = "roundtable-demo"  # noqa: S105 -- the demo's, printed when it starts


@dataclass(frozen=True)
class Persona:
    """Somebody to sign in as, and what to try first."""

    username: str
    display_name: str
    agency: str
    role: str
    job: str
    panels: tuple[str, ...] = ()
    offices: tuple[tuple[str, str], ...] = ()
    what_to_try: str = ""


AGENCIES = {
    "harbourne": {
        "harbourne-police": ("Harbourne Police", "police"),
        "harbourne-council": ("Harbourne Council", "council"),
        "safe-harbour": ("Safe Harbour IDVA Service", "idva_service"),
        "harbourne-csc": ("Harbourne Children's Social Care", "childrens_social_care"),
        "quay-street": ("Quay Street Surgery", "health_primary"),
        "harbourne-probation": ("Probation, Harbourne office", "probation"),
        "harbourne-homes": ("Harbourne Homes", "housing_registered_provider"),
    },
    "northgate": {
        "northgate-police": ("Northgate Police", "police"),
        "northgate-council": ("Northgate Council", "council"),
        "northgate-aid": ("Northgate IDVA Service", "idva_service"),
    },
}
# Commissioned by the council: what may be disclosed to it may be disclosed to them
ON_BEHALF = {"safe-harbour": "harbourne-council", "northgate-aid": "northgate-council"}
PARTNERSHIPS = {"harbourne": "Safer Harbourne", "northgate": "Safer Northgate"}
PANELS = {
    "harbourne-marac": ("marac", "harbourne", "Harbourne MARAC", "safe-harbour", 12),
    "harbourne-asb": ("asbpanel", "harbourne", "Harbourne ASB panel", None, 8),
    "northgate-marac": ("marac", "northgate", "Northgate MARAC", "northgate-aid", 12),
    "northgate-asb": ("asbpanel", "northgate", "Northgate ASB panel", None, 8),
}
SEATS = {
    "harbourne-marac": "harbourne-police safe-harbour harbourne-csc quay-street harbourne-probation harbourne-homes harbourne-council",
    "harbourne-asb": "harbourne-police harbourne-council harbourne-homes harbourne-probation",
    "northgate-marac": "northgate-police northgate-aid northgate-council",
    "northgate-asb": "northgate-police northgate-council",
}
MARAC, ASB = ("harbourne-marac",), ("harbourne-asb",)
PERSONAS = (
    Persona("dan", "Dan Whitlock", "harbourne-police", "representative", "Public protection sergeant", MARAC + ASB, (), "Make a referral; answer research requests; close an action."),
    Persona("amira", "Amira Haddad", "safe-harbour", "idva", "IDVA", MARAC, (), "See whom to ring today and on which safe channel."),
    Persona("grace", "Grace Adeyemi", "harbourne-council", "panel_staff", "MARAC coordinator", (), (("harbourne-marac", "coordinator"),), "Screen a referral, build the agenda, issue the packs."),
    Persona("helen", "Helen Marsh", "harbourne-police", "panel_staff", "Detective inspector", (), (("harbourne-marac", "chair"),), "Read the pack, run the meeting, record actions."),
    Persona("tess", "Tess Calloway", "harbourne-csc", "representative", "Team manager", MARAC, (), "Answer research requests; close an action."),
    Persona("priya", "Priya Nair", "quay-street", "representative", "GP safeguarding lead", MARAC, (), "Answer a research request with her own decision."),
    Persona("sam", "Sam Okoro", "harbourne-probation", "representative", "Probation officer", MARAC + ASB, (), "Answer “nothing known” for several hearings at once."),
    Persona("omar", "Omar Bashir", "harbourne-council", "asb_officer", "ASB officer", ASB, (("harbourne-asb", "coordinator"),), "Turn two reports into one case and agree a contract."),
    Persona("lena", "Lena Fischer", "harbourne-homes", "representative", "Neighbourhood manager", MARAC + ASB, (), "Take a report of anti-social behaviour; open a silent colleague's account again."),
    Persona("chris", "Chris Pemberton", "harbourne-council", "panel_staff", "Head of community safety", (), (("harbourne-asb", "chair"),), "Chair the ASB panel."),
    Persona("una", "Una Brennan", "harbourne-council", "auditor", "Partnership auditor", (), (), "Ask who read a case, and what somebody opened."),
    Persona("ines", "Ines Duarte", "harbourne-council", "governance_lead", "Information governance lead", (), (), "Review an emergency access; approve the auditor's request to see values."),
    Persona("paul", "Paul Reid", "harbourne-police", "governance_lead", "Information governance lead", (), (), "Review who holds the police's access."),
    Persona("viktor", "Viktor Lindqvist", "harbourne-council", "administrator", "System administrator", (), (), "See that the product shows him no case."),
    Persona("wendy", "Wendy Sharpe", "northgate-police", "representative", "Sergeant, Northgate", ("northgate-marac", "northgate-asb"), (), "See nothing of Harbourne."),
    Persona("nell", "Nell Ashworth", "northgate-council", "panel_staff", "MARAC coordinator, Northgate", (), (("northgate-marac", "coordinator"), ("northgate-asb", "coordinator")), "See nothing of Harbourne."),
)  # fmt: skip
