"""Pages that show every part of the kit with invented content; the tests draw them and look at them in a browser."""

from datetime import UTC, date, datetime
from pathlib import Path

from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from casework.forms.fields import (
    Checkboxes,
    CleanCharField,
    KitForm,
    PartialDateField,
    PersonNameField,
    PhoneField,
    PostcodeField,
    Radios,
    UKDateField,
    with_not_known,
)

PAGES = Path(__file__).parent / "kit_pages"
YES_NO = [("yes", "Yes"), ("no", "No")]


class GalleryForm(KitForm):
    reveals = {"aware": {"no": ["why_unaware"]}, "criteria": {"escalation": ["escalating"]}}

    family_name = PersonNameField(help_text="As the person writes it, in any script")
    born = UKDateField(label="Date of birth", help_text="For example, 27 3 1987", past=True)
    moved = PartialDateField(
        label="When they moved in", required=False, help_text="Leave the day empty where it is not known"
    )
    postcode = PostcodeField(required=False)
    phone = PhoneField(label="Safe number", required=False)
    aware = forms.ChoiceField(
        label="Does the victim know of this referral?",
        choices=with_not_known(YES_NO),
        widget=Radios(hints={"no": "You will be asked why"}),
    )
    why_unaware = CleanCharField(label="Why the victim does not know", lines=3, max_length=500)
    criteria = forms.MultipleChoiceField(
        label="Which criteria are met?",
        choices=[("score", "Visible high risk"), ("escalation", "Escalation"), ("judgement", "Professional judgement")],
        widget=Checkboxes,
    )
    escalating = CleanCharField(label="What is escalating", required=True)
    relation = forms.ChoiceField(
        label="Relationship", choices=with_not_known([("", "Choose one"), ("partner", "Partner")])
    )
    reason = CleanCharField(label="Why you are referring", lines=5, max_length=200)
    letter = forms.FileField(label="A letter", required=False)
    checked = forms.BooleanField(label="I have checked that this number is safe to ring")


class GalleryFilter(KitForm):
    status = forms.ChoiceField(choices=[("", "Any"), ("new", "New")], required=False)
    received = UKDateField(label="Received since", required=False)
    mine = forms.BooleanField(label="Only my agency's", required=False)


class Reader:
    """Stands for a signed-in person, without a database."""

    is_authenticated = True

    def get_full_name(self) -> str:
        return "Grace Okonjo"

    def get_username(self) -> str:
        return "grace"


def bad_form() -> GalleryForm:
    return GalleryForm(
        {
            "family_name": "",
            "born_day": "31",
            "born_month": "2",
            "born_year": "1990",
            "postcode": "nowhere",
            "phone": "12",
            "aware": "no",
            "why_unaware": "",
            "criteria": ["escalation"],
            "reason": "x" * 240,
        },
        {},
    )


def everyday() -> dict:
    """What the base template takes on every page."""
    return {
        "navigation": [
            {"label": label, "url": "#", "current": label == "Cases"}
            for label in ("Home", "Referrals", "Cases", "Meetings", "Actions")
        ],
        "acting_agency": "Harbourne Borough Council",
        "change_agency_url": "#agency",
        "is_demo": True,
    }


def case_content() -> dict:
    moment = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
    return {
        "flags": [{"text": "Repeat", "colour": "red"}, {"text": "Ring only on the safe number", "colour": "amber"}],
        "tabs": [
            {"label": label, "url": "#", "current": label == "Overview"}
            for label in ("Overview", "Chronology", "Parties", "Actions", "Risk", "Packs")
        ],
        "rows": [
            {"key": "Name", "value": "Ana Invented", "url": "#"},
            {"key": "Safe contact", "value": "Mobile, mornings", "url": "#"},
            {"key": "Language", "value": ""},
        ],
        "columns": [{"label": "Place"}, {"label": "January", "number": True}, {"label": "February", "number": True}],
        "table": [["Harbour Street", 12, 7], ["Quay Road", 3, 11]],
        "total": ["Total", 15, 18],
        "timeline": [
            {
                "title": "Referral received",
                "by": "Police",
                "at": moment,
                "text": "Third call in a month.",
                "alert": True,
                "tag": "New",
                "colour": "red",
            },
            {"title": "Risk assessed", "by": "IDVA service", "at": moment, "text": "16 ticks.", "url": "#"},
            {"title": "Heard at a meeting", "at": moment},
        ],
    }


def home_content() -> dict:
    return {
        "tiles": [
            {"number": 3, "label": "Overdue actions", "url": "#", "colour": "red"},
            {"number": 7, "label": "Referrals to screen", "url": "#", "colour": "amber", "note": "oldest 2 days"},
            {"number": 12, "label": "Returns awaited"},
            {"number": "9 Dec", "label": "Next meeting", "colour": "green"},
        ],
        "tasks": [
            {
                "label": "Screen referral H7K4-92QX",
                "url": "#",
                "hint": "Harbourne MARAC, from the police",
                "due": date(2026, 11, 23),
                "tag": "Due tomorrow",
                "colour": "amber",
            },
            {
                "label": "Chase research for 9 December",
                "url": "#",
                "due": "before 4pm",
                "tag": "Overdue",
                "colour": "red",
            },
        ],
    }


def list_content() -> dict:
    statuses = [("New", "purple"), ("Accepted", "green"), ("Not accepted", "grey"), ("Heard", "blue")]
    rows = [
        {
            "reference": f"H7K4-{number:04}",
            "status": statuses[number % 4][0],
            "colour": statuses[number % 4][1],
            "agency": "Harbourne Police" if number % 2 else "Safe Harbour (IDVA service)",
            "received": date(2026, 1, 1 + number % 28),
            "ticks": number % 24,
        }
        for number in range(240)
    ]
    return {"form": GalleryFilter({}), "page": Paginator(rows, 20).get_page(5)}


def conflict() -> dict:
    return {
        "saved_at": datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        "compared": [
            {
                "label": "What was agreed",
                "yours": "Police to visit on Monday.",
                "theirs": "Housing to change the locks.",
            }
        ],
        "back_url": "#",
    }


CONTENT = {
    "case": case_content,
    "home": home_content,
    "list": list_content,
    "form": lambda: {"form": GalleryForm()},
    "errors": lambda: {"form": bad_form()},
    "done": dict,
    "refresh": dict,
    "400": dict,
    "403": dict,
    "404": dict,
    "409": conflict,
    "conflict": lambda: conflict() | {"form": Agreed({"text": "Police to visit on Monday."}), "action_url": "#"},
    "500": dict,
    "account/logout": dict,
    "account/password_change": lambda: {"form": SignIn()},
    "account/reauthenticate": lambda: {"form": SignIn()},
    "account/account_inactive": lambda: {"signed_out": True},
    "account/signup_closed": lambda: {"signed_out": True},
    "account/login": lambda: {"form": SignIn(), "signed_out": True},
}


class Agreed(KitForm):
    text = CleanCharField(label="What was agreed", lines=3)


class SignIn(forms.Form):
    login = forms.CharField(label="Username")
    password = forms.CharField(widget=forms.PasswordInput)


def draw(name: str, **more) -> str:
    """The HTML of one page of the gallery."""
    request = RequestFactory().get("/", {"status": "new"})
    content = CONTENT[name]()
    if not content.pop("signed_out", False):
        request.user = Reader()
        content = everyday() | content
    content |= more
    shown = {"errors": "form", "conflict": "409"}.get(name, name)
    source = PAGES / f"{shown}.html"
    if source.exists():
        return engines["django"].from_string(source.read_text()).render(content, request)
    return render_to_string(f"{shown}.html", content, request)
