"""The fields of a MARAC referral that a coordinator's sheet can hold, and the words its headings use for them."""

from casework.imports.mapping import FieldSpec, Vocabulary

VICTIM, PERPETRATOR = "victim", "perpetrator"

_WORDINGS = {
    VICTIM: "vic|vics|victim's|victims|victim/survivor|survivor|survivors|survivor's|client|client's|clients|service user|su|"
    "person at risk|adult at risk|complainant|ip|injured party|aggrieved|vs|v/s|victim survivor|subject of referral|"
    "person harmed|party at risk|person being harmed|her|patient",
    PERPETRATOR: "perp|perp's|perps|perpetrator's|perpetrators|alleged perp|alleged perpetrator|alleged perpetrators|"
    "perpetrator(s)|abuser|abuser's|abusers|alleged abuser|aggressor|offender|offender's|alleged offender|suspect|suspect's|"
    "person causing harm|person who harms|pch|accused|respondent|subject|alleged aggressor|a/p|ap|harmer|defendant|"
    "person using harm|person harming|source of harm|alleged",
    "dob": "d.o.b.|d.o.b|d o b|d/o/b|date of birth|birth date|birthdate|born|born on|date birth|birthday|dateofbirth|b.|age/dob|"
    "dob/age|dob or age|b/d|doB|birth",
    "postcode": "p/code|post code|p code|pcode|postal code|pc|zip|p/c|post-code",
    "address": "addr|add|address line|home address|residence|lives at|living at|where lives|home|addresses|address inc postcode|"
    "home address inc postcode|address & postcode|address and postcode|address incl postcode|address with postcode|abode|"
    "current address|last known address|address/postcode|house|residential address|place of residence|full address",
    "surname": "last name|family name|second name|lastname|s/name|sname|surnames",
    "forename": "first name|given name|christian name|forenames|forename(s)|firstname|f/name|fname|first names|given names|1st name",
    "name": "names|full name|name(s)|fullname|who",
    "gender": "m/f|sex|f/m|male/female|m/f/o|gender identity",
    "ethnicity": "ethnic origin|ethnic group|ethnic|ethnic background|self defined ethnicity|sde|ethnic code|16+1|heritage|race",
    "lgbt": "lgbtq|lgbtq+|lgbt+|lgbtqi|lgbtqia+|lgbti|lgbtqia|lgb|sexual orientation|sexuality|lgb&t",
    "disability": "disab.|disab|disabled|disabilities|disability y/n|dis.|disability?|impairment|long term condition",
    "children": "child|kids|ch|ch.|chn|dependants|dependents|cyp|children/dob|children & dob|children names|child(ren)|minors",
    "number": "no|no.|num|number of|#|nos|how many|count|count of|total",
    "score": "ric|dash|dash score|ric score|ric ticks|risk score|ticks|dash ric|dash/ric|dash-ric|risk assessment score|"
    "dash total|dara score|no. of ticks|score/24|checklist score|risk level score|points|ric total|vhr score|risk indicator",
    "criteria": "criterion|reason for referral|referral reason|referral criteria|grounds|threshold|criteria met|reason|why referred|"
    "grounds for referral|basis|referral basis|basis for referral|why|category|type of referral|referral type",
    "repeat": "repeat y/n|repeat?|repeat case|repeat referral|is repeat|previous marac|prev marac|repeat in 12m|repeat in 12 months|"
    "been before|previously heard|rpt|12 month repeat|repeat victim|heard before|seen before",
    "relationship": "perp to victim|perp to vic|perpetrator to victim|relationship to victim|relationship to vic|relation|"
    "relation to victim|rel'ship|relship|relationship to client|relationship to survivor|rel to vic|rel to victim|rel.|"
    "relationship to perp|relationship to perpetrator|relationship between parties|rel|connection|perp is victim's|abuser is|"
    "perp relationship to victim|perpetrator relationship to victim|how related|relationship of perp to victim|"
    "relationship of perpetrator to victim|link between them|who is abuser|relationship with victim|abuser relationship|"
    "relationship of abuser|how connected",
    "consent": "consent?|consent given|consented|victim consent|consent to share|consent to referral|consent y/n|agreed|agrees|"
    "consents|does victim consent|permission",
    "aware": "aware of referral|victim aware|knows|awareness|aware?|informed|told|knows of referral|aware of marac|"
    "victim knows|is victim aware|knows about referral|victim told|victim informed|client aware|survivor aware",
    "idva": "idva name|idva allocated|idva worker|advocate|idva service|allocated idva|caseworker|support worker|idva/isva|isva",
    "contact": "safe contact|safe contact details|contact details|safe number|safe phone|safe tel|safe to contact|safe contact info|"
    "contact no|contact number|phone|telephone|tel|tel no|mobile|how to contact|safe means of contact|safe contact number|"
    "safe contact method|best contact|safest contact",
    "actions": "action|outcome|outcomes|actions / outcome|actions/outcome|action plan|actions agreed|actions and outcome|"
    "result|decisions|actions taken|actions & outcomes|what was agreed|plan",
    "notes": "note|comments|comment|remarks|other info|other information|misc|additional info|any other info|memo",
    "agency": "referring agency|referral agency|organisation|organization|ref agency|ref. agency|agency referring|source|"
    "referral source|source of referral|referred from|org|referring org|referring organisation|agency name|from agency|"
    "referring body|sent by|service",
    "referrer": "referring officer|referring worker|referrer name|referred by|name of referrer|ref by|worker|practitioner|"
    "referring practitioner|officer|professional|lead professional|person referring|referring professional|submitted by",
    "received": "rec'd|recd|rec'd.|rec|receipt|rcvd|rcd|came in|arrived|date in|in",
    "meeting": "marac meeting|mtg|marac mtg|conference|hearing|heard|panel|listed|listed for|discussed|heard on|marac heard|"
    "meeting heard|date heard|panel meeting|case discussed|discussed at|sitting|list|heard at",
    "reference": "marac no|marac no.|marac number|marac ref|case no|case no.|case number|case ref|case id|ref no|ref no.|ref number|"
    "case reference|id|unique id|urn|s/n|serial|row|item|case|marac id|line|# ref|ref #|our ref|id no",
    "date": "dt|day|dates|when",
    "referral": "referred|refd|ref'd|refferal|refered|refer|submission|submitted",
    "": "of|the|for|to|a|at|is|this|if known|known|y/n|yes/no|(if any)|and|inc|incl|please|details|info|was|on|by|&|+|/",
}

_EXTRA = (
    ("date ref received", "date referral received"),
    ("date ref recd", "date referral received"),
    ("date ref rec'd", "date referral received"),
    ("date of ref", "date referral"),
    ("ref date", "date referral"),
    ("ref received", "referral received"),
    ("ref rec'd", "referral received"),
    ("marac date", "meeting date"),
    ("date of marac", "meeting date"),
    ("date marac", "meeting date"),
    ("marac", "meeting"),
    ("ref", "reference"),
    ("ref.", "reference"),
)


def _words() -> tuple[tuple[str, str], ...]:
    pairs = [(phrase.casefold(), meaning) for meaning, phrases in _WORDINGS.items() for phrase in phrases.split("|")]
    return tuple(sorted([*pairs, *_EXTRA], key=lambda pair: (pair[1] == "", -len(pair[0].split()), -len(pair[0]))))


VOCABULARY = Vocabulary(
    words=_words(),
    parties=(VICTIM, PERPETRATOR),
)

FIELDS = (
    FieldSpec("reference", "reference", ("reference", "number")),
    FieldSpec(
        "referral_date",
        "date of referral",
        (
            "date referral",
            "date referral received",
            "referral received",
            "received",
            "date received",
            "date",
            "referral",
        ),
        "recent_date",
    ),
    FieldSpec("agency", "referring agency", ("agency", "referral agency")),
    FieldSpec("referrer", "referrer", ("referrer", "name referrer", "referral")),
    FieldSpec("victim_name", "victim's name", ("name", "surname forename", "forename surname"), "name", VICTIM),
    FieldSpec("victim_surname", "victim's surname", ("surname",), "name_part", VICTIM),
    FieldSpec("victim_forename", "victim's forename", ("forename",), "name_part", VICTIM),
    FieldSpec("victim_dob", "victim's date of birth", ("dob", "age", "dob age"), "birth", VICTIM),
    FieldSpec("victim_address", "victim's address", ("address", "address postcode"), "address", VICTIM),
    FieldSpec("victim_postcode", "victim's postcode", ("postcode",), "postcode", VICTIM),
    FieldSpec("victim_gender", "victim's gender", ("gender",), "gender", VICTIM),
    FieldSpec("ethnicity", "victim's ethnicity", ("ethnicity",), "text", VICTIM),
    FieldSpec("lgbt", "LGBT+", ("lgbt",), "yes_no", VICTIM),
    FieldSpec("disability", "disability", ("disability",), "yes_no", VICTIM),
    FieldSpec(
        "perpetrator_name",
        "alleged perpetrator's name",
        ("name", "surname forename", "forename surname", "1", "name 1"),
        "name",
        PERPETRATOR,
    ),
    FieldSpec("perpetrator2_name", "second alleged perpetrator's name", ("2", "name 2", "second"), "name", PERPETRATOR),
    FieldSpec(
        "perpetrator2_dob", "second alleged perpetrator's date of birth", ("dob 2", "second dob"), "birth", PERPETRATOR
    ),
    FieldSpec("perpetrator_surname", "alleged perpetrator's surname", ("surname",), "name_part", PERPETRATOR),
    FieldSpec("perpetrator_forename", "alleged perpetrator's forename", ("forename",), "name_part", PERPETRATOR),
    FieldSpec(
        "perpetrator_dob", "alleged perpetrator's date of birth", ("dob", "age", "dob age"), "birth", PERPETRATOR
    ),
    FieldSpec(
        "perpetrator_address", "alleged perpetrator's address", ("address", "address postcode"), "text", PERPETRATOR
    ),
    FieldSpec("perpetrator_gender", "alleged perpetrator's gender", ("gender",), "gender", PERPETRATOR),
    FieldSpec("relationship", "relationship to the victim", ("relationship",)),
    FieldSpec(
        "children", "children", ("children", "number children", "name children", "children dob", "name dob children")
    ),
    FieldSpec("score", "checklist score", ("score",), "number"),
    FieldSpec("criteria", "criteria", ("criteria",)),
    FieldSpec("sheet_repeat", "repeat (as the sheet has it)", ("repeat",), "yes_no"),
    FieldSpec("meeting_date", "date of meeting", ("meeting date", "meeting"), "recent_date"),
    FieldSpec("idva", "IDVA", ("idva",)),
    FieldSpec("consent", "consent", ("consent",), "yes_no"),
    FieldSpec("safe_contact", "safe contact", ("contact",)),
    FieldSpec("actions", "actions and outcome", ("actions", "actions outcome")),
    FieldSpec("aware", "aware of the referral", ("aware", "aware referral"), "yes_no"),
    FieldSpec("notes", "notes", ("notes",)),
)

REQUIRED = (
    ("the date of referral", ("referral_date",)),
    ("the victim's name", ("victim_name", "victim_surname")),
    ("the alleged perpetrator's name", ("perpetrator_name", "perpetrator_surname")),
)
