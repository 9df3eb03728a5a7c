"""What tests of referrals type into the form, and the way of a referral in commands."""

from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from casework.commands.matching import check_referral
from casework.models import Referral

SAFE_UNTIL = timezone.localdate() + timedelta(days=90)
VICTIM = {
    "victim-given_names": "Zoë", "victim-family_name": "Canarywood", "victim-born_on_day": "3", "victim-born_on_month": "4", "victim-born_on_year": "1990",
    "victim-address": "12 Mill Lane", "victim-postcode": "HB4 2NZ", "victim-address_kind": "home", "victim-address_hidden": "no",
    "victim-contact_safe": "yes", "victim-contact_channel": "mobile", "victim-contact_value": "07700 900123", "victim-contact_times": "weekday mornings",
    "victim-contact_until_day": str(SAFE_UNTIL.day), "victim-contact_until_month": str(SAFE_UNTIL.month), "victim-contact_until_year": str(SAFE_UNTIL.year),
}  # fmt: skip
PERPETRATOR = {
    "perpetrator1-given_names": "Karl", "perpetrator1-family_name": "Brackenfoot", "perpetrator1-born_on_day": "9",
    "perpetrator1-born_on_month": "May", "perpetrator1-born_on_year": "1985", "perpetrator1-relationship": "Former partner",
}  # fmt: skip
WHY = {
    "why-children": "yes", "child1-given_names": "Pip", "child1-family_name": "Canarywood",
    "why-criteria": ["visible_high_risk", "professional_judgement"], "why-judgement_reason": "Believes that he will kill her",
    "why-reason": "The reason canary: strangled on Friday", "why-incident_count": "4", "why-consent": "not_sought",
    "why-no_consent_reason": "Unsafe to ask", "why-awareness": "no", "why-not_aware_reason": "He reads her messages",
}  # fmt: skip
CHECKLIST = {f"risk-D{n:02}": "yes" if n <= 11 else "no" if n <= 17 else "not_known" for n in range(1, 25)} | {
    "risk-D15_comment": "comment canary"
}


def typed(**changes) -> dict:
    """A whole, good form; `changes` replace fields, as `victim__given_names` (None takes one out)."""
    data = {**VICTIM, **PERPETRATOR, **WHY, **CHECKLIST, "_key": str(uuid4())}
    for name, value in changes.items():
        name = name.replace("__", "-")
        data.pop(name, None)
        if value is not None:
            data[name] = value
    return data


def sign_in(client, people, name):
    client.force_login(people.users[name])


def refer(client, people, name="dan", **changes) -> str:
    """Sign in, send the form, and give the reference of the referral that it made."""
    sign_in(client, people, name)
    answer = client.post(reverse("marac_refer"), typed(**changes))
    assert answer.status_code == 302, [str(e) for e in answer.context["form"].errors.items()]
    return reference_of(answer.url)


def reference_of(url: str) -> str:
    """The reference in an address like /referrals/RT-…/."""
    return url.strip("/").split("/")[-1]


def step(client, people, name, page, reference, data=None):
    """Open a step's form as somebody and send it, as a browser would."""
    sign_in(client, people, name)
    shown = client.get(reverse(page, args=[reference]))
    if shown.status_code != 200:
        return shown
    hidden = {"_key": str(shown.context["form_key"])}
    if shown.context.get("form_version") is not None:
        hidden["_version"] = str(shown.context["form_version"])
    return client.post(reverse(page, args=[reference]), hidden | (data or {}))


SHARING = {"necessity": "She needs an adviser today", "victim_views": "Not yet known: unsafe to ask"}


def checked(people, reference):
    """Run the check as the worker does."""
    referral = Referral._default_manager.using("system").scoped().get(reference=reference)
    return check_referral(referral_id=referral.pk, asked_by_id=people.users["dan"].pk)
