"""The auditor's pages: who did and read what, and nothing of any case until an engagement is open."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connections, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from casework.access.viewer import acting, tell
from casework.commands.auditing import ask_engagement, decide_engagement
from casework.imports.columns import harmless
from casework.models import AuditEngagement
from casework.queries.auditing import code_of
from casework.queries.home import tasks_for
from tests.casework.auditing_case import CANARY, DATABASES, NEW_NAME, SECRET_PLACE, make_case, read_page

pytestmark = pytest.mark.django_db(transaction=True, databases=DATABASES)
NEVER = ("audit", "audit_events", "audit_engagements", "audit_engagement_ask")


@pytest.fixture
def case(people):
    trailed = make_case(people)
    read_page(people, "grace", trailed.reference)
    return trailed


@pytest.fixture
def una(client, people):
    client.force_login(people.users["una"])
    return client


def events_named(people, name: str) -> list[AuditEvent]:
    with acting(people.users["una"]) as by, transaction.atomic(using="auditor"):
        tell(by, using="auditor")
        return list(AuditEvent.objects.using("auditor").filter(name=name).order_by("at"))


def ask(people, case, days: int = 5):
    with acting(people.users["una"]) as by:
        return ask_engagement(
            by=by, references=[case.reference], reason="A complaint", until=timezone.localdate() + timedelta(days=days)
        )


def engage(people, case):
    made = ask(people, case)
    with acting(people.users["ines"]) as by:
        return decide_engagement(by=by, engagement=made, approve=True)


def text_of(response) -> str:
    return response.content.decode()


def test_a_typed_reference_leads_to_the_trail_of_the_case(una, case):
    response = una.post(reverse("audit"), {"case-reference": case.reference.lower().replace("-", "")})
    assert response["Location"] == reverse("audit_case", args=[case.reference])
    page = text_of(una.get(response["Location"]))
    assert "Helen Marsh (Harbourne Police) opened the case" in page
    assert "Grace Adeyemi (Harbourne Council) read the page “Audit”: cases and parties" in page
    assert CANARY not in page
    assert NEW_NAME not in page


@pytest.mark.parametrize("typed", ["", "H7K4-92Q0", "H7K4-92QT"])
def test_a_reference_that_no_event_names_is_refused_beside_the_field(una, case, typed):
    response = una.post(reverse("audit"), {"case-reference": typed})
    assert response.status_code == 422
    assert "govuk-error-message" in text_of(response)


def test_a_case_of_the_other_partnership_is_as_absent(una, people, case):
    theirs = make_case(people, panel="northgate-marac", user="nell")
    read_page(people, "nell", theirs.reference)
    assert una.get(reverse("audit_case", args=[case.reference])).status_code == 200
    missing, other = (una.get(reverse("audit_case", args=[ref])) for ref in ("H7K4-92QT", theirs.reference))
    assert (missing.status_code, other.status_code) == (404, 404)
    assert missing.content == other.content
    assert theirs.reference not in text_of(una.get(reverse("audit_events")))
    event = str(AuditEvent.objects.using("owner").get(cases=[theirs.reference], name="case.opened").pk)
    assert una.get(reverse("audit_event", args=[event])).status_code == 404


def test_everything_that_a_person_opened(una, people, case):
    page = text_of(una.get(reverse("audit_person", args=[code_of("person", people.users["grace"].pk)])))
    assert "read the page “Audit”" in page
    assert "opened the case" not in page
    northgate = una.get(reverse("audit_person", args=[code_of("person", people.users["nell"].pk)]))
    assert northgate.status_code == 404


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=read", 1),
        ("kind=changed", 2),
        ("kind=refused", 0),
        ("agency=harbourne-police", 2),
        ("agency=harbourne-council", 1),
        ("since_day=1&since_month=1&since_year=2199", 0),
        ("until_day=1&until_month=1&until_year=2020", 0),
    ],
)
def test_filters(una, case, query, count):
    page = una.get(f"{reverse('audit_case', args=[case.reference])}?{query}").context["page"]
    assert page.paginator.count == count


def test_filter_by_person_and_a_wrong_filter_lists_nothing(una, people, case):
    address = reverse("audit_case", args=[case.reference])
    code = code_of("person", people.users["helen"].pk)
    assert una.get(f"{address}?person={code}").context["page"].paginator.count == 2
    for wrong in ("person=nobody", "kind=all", "since_day=31&since_month=2&since_year=2026"):
        response = una.get(f"{address}?{wrong}")
        assert response.context["page"] is None
        assert "opened the case" not in text_of(response)


def test_reading_the_audit_is_recorded(una, people, case):
    una.get(reverse("audit_case", args=[case.reference]))
    assert [event.cases for event in events_named(people, "audit.read")] == [[case.reference]]


def test_export_is_recorded_with_its_digest_and_formulas_are_text(una, people, case):
    response = una.post(f"{reverse('audit_case', args=[case.reference])}?kind=changed")
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    assert [row[1] for row in rows] == ["Who", "Helen Marsh", "Helen Marsh"]
    assert case.reference not in response["Content-Disposition"]
    (event,) = events_named(people, "audit.exported")
    assert (event.cases, event.details["rows"], event.details["filters"]) == ([case.reference], 2, ["kind"])
    assert [harmless(text) for text in ("=1+1", "+44", "-1", "@x", "\tx", "plain", "")] == [
        "'=1+1",
        "'+44",
        "'-1",
        "'@x",
        "'\tx",
        "plain",
        "",
    ]


def test_an_event_names_fields_and_no_values(una, people, case):
    (event,) = events_named(people, "case.status_changed")
    page = text_of(una.get(reverse("audit_event", args=[event.pk])))
    assert "family name" in page
    assert NEW_NAME not in page
    assert CANARY not in page
    (opened,) = events_named(people, "case.opened")
    page = text_of(una.get(reverse("audit_event", args=[opened.pk])))
    assert "A reason was written down" in page
    assert "Zzreasontext" not in page


def test_values_only_while_an_engagement_is_open(una, people, case):
    (event,) = events_named(people, "case.status_changed")
    (opened,) = events_named(people, "case.opened")
    address = reverse("audit_values", args=[event.pk])
    asked = ask(people, case)
    assert CANARY not in text_of(una.get(address))
    with acting(people.users["ines"]) as by:
        decide_engagement(by=by, engagement=asked, approve=True)
    page = text_of(una.get(address))
    assert CANARY in page
    assert NEW_NAME in page
    assert "Zzreasontext" in text_of(una.get(reverse("audit_event", args=[opened.pk])))
    made = text_of(una.get(reverse("audit_values", args=[opened.pk])))
    assert "hidden" in made
    assert SECRET_PLACE not in made
    assert [(read.cases, read.subject) for read in events_named(people, "audit.values_read")] == [
        ([case.reference], f"event {event.pk}"),
        ([case.reference], f"event {opened.pk}"),
    ]
    una.post(reverse("audit_engagement_end", args=[code_of("engagement", asked.pk)]), {"_version": 2})
    assert CANARY not in text_of(una.get(address))


def test_an_engagement_opens_its_own_cases_only(una, people, case):
    other = make_case(people, name="Zzothercanary")
    engage(people, case)
    events = [event for event in events_named(people, "case.status_changed") if event.cases == [other.reference]]
    assert len(events) == 1
    page = text_of(una.get(reverse("audit_values", args=[events[0].pk])))
    assert "Zzothercanary" not in page
    assert "No engagement is open" in page


def test_an_engagement_opens_history_to_its_auditor_and_no_record_to_anybody(people, case):
    engage(people, case)
    seen = {}
    for name in ("una", "ines", "viktor", "wendy"):
        with acting(people.users[name]), connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM casework_historicalparty), (SELECT count(*) FROM casework_party)"
            )
            seen[name] = cursor.fetchone()
    assert seen == {"una": (2, 0), "ines": (0, 0), "viktor": (0, 0), "wendy": (0, 0)}


def test_the_whole_journey_of_an_engagement(una, client, people, case):
    until = timezone.localdate() + timedelta(days=30)
    typed = {
        "references": case.reference,
        "reason": "A complaint",
        "until_day": until.day,
        "until_month": until.month,
        "until_year": until.year,
    }
    address = una.post(reverse("audit_engagement_ask"), typed)["Location"]
    assert una.get(address).status_code == 200
    assert una.post(address, {"decision": "approve", "_version": 1}).status_code == 403
    client.force_login(people.users["ines"])
    with acting(people.users["ines"]) as by:
        assert [task.text for task in tasks_for(by) if task.group == "Audit"] == [
            "Decide on an auditor's request to see values"
        ]
    assert client.post(address, {"decision": "approve", "_version": 1})["Location"] == address
    assert client.post(address, {"decision": "decline", "_version": 2}).status_code == 409
    with acting(people.users["una"]) as by:
        assert [task.text for task in tasks_for(by) if task.group == "Audit"] == [
            "Your engagement is open: values can be read until its date"
        ]
    with acting(people.users["ines"]) as by:
        assert [task for task in tasks_for(by) if task.group == "Audit"] == []


@pytest.mark.parametrize(("days", "reference"), [(31, None), (-1, None), (5, "H7K4-92QT")])
def test_asking_is_refused_beside_the_field(una, case, days, reference):
    until = timezone.localdate() + timedelta(days=days)
    typed = {
        "references": reference or case.reference,
        "reason": "A complaint",
        "until_day": until.day,
        "until_month": until.month,
        "until_year": until.year,
    }
    response = una.post(reverse("audit_engagement_ask"), typed)
    assert response.status_code == 422
    assert "A complaint" in text_of(response)
    assert AuditEngagement.objects.count() == 0


def test_declined_engagement_opens_nothing_and_the_auditor_is_told(people, case):
    asked = ask(people, case)
    with acting(people.users["paul"]) as by:
        decide_engagement(by=by, engagement=asked, approve=False)
    with acting(people.users["una"]) as by:
        assert [task.text for task in tasks_for(by) if task.group == "Audit"] == [
            "Your request to see values was declined or withdrawn"
        ]
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM casework_historicalparty")
            assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("name", ["wendy", "nell", "viktor", "dan", "grace", "helen"])
def test_others_open_no_page_of_the_audit(client, people, case, name):
    asked = ask(people, case)
    client.force_login(people.users[name])
    code = code_of("engagement", asked.pk)
    addresses = [reverse(page) for page in NEVER] + [
        reverse("audit_case", args=[case.reference]),
        reverse("audit_person", args=[code_of("person", people.users["grace"].pk)]),
        reverse("audit_engagement", args=[code]),
        reverse("audit_engagement_end", args=[code]),
    ]
    for address in addresses:
        for response in (client.get(address), client.post(address)):
            assert response.status_code == 403
            assert case.reference not in text_of(response)


def test_governance_sees_requests_and_no_event(client, people, case):
    ask(people, case)
    client.force_login(people.users["ines"])
    assert case.reference in text_of(client.get(reverse("audit_engagements")))
    for page in ("audit", "audit_events", "audit_engagement_ask"):
        assert client.get(reverse(page)).status_code == 403


def test_a_page_whose_event_cannot_be_written_is_not_answered(una, case, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("no room")

    monkeypatch.setattr("audit.recorder.write_event", fail)
    una.raise_request_exception = False
    response = una.get(reverse("audit_case", args=[case.reference]))
    assert response.status_code == 500
    assert case.reference not in text_of(response)
    assert "Helen" not in text_of(response)


def test_a_list_without_events_says_so(una, case):
    assert "Nothing of this kind was recorded" in text_of(
        una.get(f"{reverse('audit_case', args=[case.reference])}?kind=refused")
    )


def test_reading_about_a_person_is_a_sentence_with_her_name(una, people, case):
    una.get(reverse("audit_person", args=[code_of("person", people.users["tess"].pk)]))
    lines = una.get(reverse("audit_events")).context["page"].object_list
    assert (
        lines[0].sentence
        == "Una Brennan (Harbourne Council) read the audit on the page “Audit of a person” about Tess Calloway"
    )


def test_a_refusal_is_in_the_trail_of_who_was_refused(client, people, case):
    client.force_login(people.users["dan"])
    assert client.get(reverse("audit")).status_code == 403
    client.force_login(people.users["una"])
    page = client.get(f"{reverse('audit_events')}?kind=refused").context["page"]
    assert [line.sentence for line in page.object_list] == [
        "Dan Whitlock (Harbourne Police) was refused the page “Audit”"
    ]


def test_a_referral_leads_to_its_case_and_is_part_of_its_trail(una, people, case):
    from audit.recorder import record_event

    with acting(people.users["dan"]) as by:
        record_event(
            by=by, event="page.read", details={"page": "audit", "kinds": ["referral"], "referrals": ["H7K4-92QT"]}
        )
    address = reverse("audit_case", args=[case.reference])
    assert una.get(address).context["page"].paginator.count == 3
    with acting(people.users["grace"]) as by:
        record_event(by=by, event="case.opened", cases=[case.reference], subject="referral H7K4-92QT")
    sentences = [line.sentence for line in una.get(address).context["page"].object_list]
    assert "Dan Whitlock (Harbourne Police) read the page “Audit”: referrals" in sentences
    assert "Grace Adeyemi (Harbourne Council) opened the case (referral H7K4-92QT)" in sentences
    assert una.get(reverse("audit_case", args=["H7K4-92QT"])).context["page"].paginator.count == 2


def test_a_pack_is_issued_to_somebody_by_name(una, people, case):
    from audit.recorder import record_event

    with acting(people.users["grace"]) as by:
        for recipient in ("harbourne-police", people.agencies["safe-harbour"].pk):
            record_event(
                by=by,
                event="pack.issued",
                cases=[case.reference],
                subject="pack H7K4-92QT",
                details={"recipient": recipient},
            )
    lines = una.get(reverse("audit_case", args=[case.reference])).context["page"].object_list
    assert [line.sentence for line in lines[:2]] == [
        "Grace Adeyemi (Harbourne Council) issued a pack for Safe Harbour IDVA Service (pack H7K4-92QT)",
        "Grace Adeyemi (Harbourne Council) issued a pack for Harbourne Police (pack H7K4-92QT)",
    ]
