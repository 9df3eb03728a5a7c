"""The ASB pages as lena, omar, chris and people who have no business there open them."""

import re
from datetime import date
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from asbpanel.queries import case_reports, part_of
from audit.recorder import recording
from casework.access.scope import visible
from casework.access.viewer import acting
from casework.commands.access import let_agency_read
from casework.commands.cases import open_case
from casework.commands.parties import PartyDetails, add_party
from casework.models import Case, Report
from tests.asbpanel.made import COMPLAINANT, CONTACT, SUMMARY
from tests.sharing import decided

SECRETS = (COMPLAINANT, CONTACT)
SAID = {
    "panel": "harbourne-asb", "channel": "phone", "category": "noise", "place": "Quay Street flats", "postcode": "hb1 2ab", "narrative": "Loud music until three.",
    "is_complaint": "yes", "source_name": COMPLAINANT, "source_contact": CONTACT, "alleged_perpetrator_text": "Vince at number 4",
}  # fmt: skip
OPENING = {
    "category": "noise", "victim_risk": "high", "summary": SUMMARY, "place": "Quay Street flats", "postcode": "HB1 2AB", "perpetrator1_given": "Vince",
    "perpetrator1_family": "Norcott", "perpetrator1_born_day": "2", "perpetrator1_born_month": "3", "perpetrator1_born_year": "1990",
    "power": "CDA115:asb_manage", "condition": "TASK_UNLAWFUL", "necessity": "The landlord must act.", "victim_views": "She wants it to stop.",
}  # fmt: skip
OUTSIDERS = ("wendy", "nell", "viktor", "una", "grace", "tess")


@pytest.fixture
def visit(client, people):
    """`visit("lena", "asb_reports")` opens an address as somebody; `send=` posts."""

    def open_it(name, url, *args, send=None, query=""):
        client.force_login(people.users[name])
        address = reverse(url, args=args) + query
        if send is None:
            return client.get(address)
        body = urlencode(send, doseq=True, errors="surrogatepass")
        return client.post(address, body, content_type="application/x-www-form-urlencoded")

    return open_it


@pytest.fixture
def one(people):
    """The single row of a model that omar may read."""

    def find(model):
        with acting(people.users["omar"]) as by:
            return visible(by, model).get()

    return find


def text(response) -> str:
    return response.content.decode()


def test_lena_reports_omar_opens_the_case_lena_reads_it(visit, one, people):
    answer = visit("lena", "asb_new_report", send=SAID)
    report = one(Report)
    assert (answer.status_code, answer.url, report.postcode) == (
        302,
        reverse("asb_report", args=[report.reference]),
        "HB1 2AB",
    )
    shown = text(visit("lena", "asb_report", report.reference))
    assert "Loud music until three." in shown
    assert not [secret for secret in SECRETS if secret in shown]
    visit(
        "dan", "asb_new_report", send=SAID | {"source_name": "", "source_contact": "", "narrative": "Shouting at two."}
    )
    with acting(people.users["omar"]) as by:
        other = visible(by, Report).exclude(pk=report.pk).get()
    form = text(visit("omar", "asb_open_case", report.reference))
    assert f"{other.reference}, noise" in form
    answer = visit(
        "omar",
        "asb_open_case",
        report.reference,
        send=OPENING | {"reports": [other.reference], "_version": report.version},
    )
    case = one(Case)
    assert (answer.status_code, answer.url) == (302, reverse("case", args=[case.reference]))
    for name in ("omar", "chris", "lena", "dan"):
        shown = text(visit(name, "case", case.reference))
        assert SUMMARY in shown, name
        assert "2 reports" in shown
        assert "Vince Norcott" in shown
        assert not [secret for secret in SECRETS if secret in shown]
    for name in (*OUTSIDERS, "sam"):
        assert visit(name, "case", case.reference).status_code in (403, 404), name


def test_who_reported_is_shown_on_a_click(visit, one, client):
    visit("lena", "asb_new_report", send=SAID)
    report = one(Report)
    shown = text(visit("omar", "asb_report", report.reference))
    key = re.search(r'name="key" value="(\d+)"', shown)[1]
    revealed = client.post(reverse("reveal"), {"kind": "report_source", "key": key, "why": "checking"})
    assert [secret in text(revealed) for secret in SECRETS] == [True, True]
    client.force_login(client.get("/").wsgi_request.user.__class__.objects.get(username="dan"))
    assert client.post(reverse("reveal"), {"kind": "report_source", "key": key, "why": "checking"}).status_code == 404


@pytest.mark.parametrize("name", OUTSIDERS)
def test_outsiders_see_nothing(visit, one, taken, name):
    report = taken("lena", place="Canary Wharf Steps", narrative="Canary narrative")
    for url, args in (
        ("asb_reports", ()),
        ("asb_report", (report.reference,)),
        ("asb_open_case", (report.reference,)),
        ("asb_incidents", ()),
        ("interventions", ()),
        ("asb_new_report", ()),
    ):
        shown = visit(name, url, *args)
        assert shown.status_code in (200, 403, 404)
        assert "Canary" not in text(shown)
        assert report.reference not in text(shown) or args
    assert visit(name, "asb_report", report.reference).status_code == (404 if name in ("wendy", "nell") else 403)


def test_the_list_is_narrowed_and_refuses_what_it_cannot_read(visit, taken):
    noise, threats = taken("lena"), taken("lena", category="threats")
    shown = text(visit("omar", "asb_reports", query="?category=threats"))
    assert (noise.reference in shown, threats.reference in shown) == (False, True)
    today = timezone.localdate()
    query = f"?status=received&received_from_day={today.day}&received_from_month={today.month}&received_from_year={today.year}"
    assert noise.reference in text(visit("omar", "asb_reports", query=query))
    assert noise.reference not in text(
        visit("omar", "asb_reports", query="?received_to_day=1&received_to_month=1&received_to_year=2020")
    )
    bad = visit("omar", "asb_reports", query="?received_to_day=31&received_to_month=2&received_to_year=2020")
    assert "does not exist" in text(bad)
    assert noise.reference not in text(bad)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"narrative": ""}, "Enter what happened"),
        ({"narrative": "x" * 4001}, "4,000 characters or fewer"),
        ({"narrative": "a\x00b"}, "NUL character"),
        ({"narrative": "a\ud800b"}, "damaged"),
        ({"postcode": "nowhere"}, "Enter a full postcode"),
        ({"place": "", "postcode": ""}, "Enter a place or a postcode"),
        ({"category": "joy"}, "Select a valid choice. joy is not one of the available choices"),
        ({"panel": "northgate-asb"}, "valid choice"),
    ],
)
def test_a_report_is_refused_in_words_and_keeps_what_was_typed(visit, one, people, wrong, words):
    answer = visit("lena", "asb_new_report", send=SAID | wrong)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert "Vince at number 4" in text(answer)
    with acting(people.users["omar"]) as by:
        assert visible(by, Report).count() == 0


def test_a_case_is_refused_without_its_reasons(visit, taken, people):
    report = taken("lena")
    answer = visit(
        "omar",
        "asb_open_case",
        report.reference,
        send=OPENING
        | {
            "necessity": "",
            "power": "",
            "perpetrator2_born_day": "31",
            "perpetrator2_born_month": "2",
            "perpetrator2_born_year": "1990",
        },
    )
    assert answer.status_code == 422
    for words in (
        "Answer the question: Why is sharing necessary?",
        "Select power to share",
        "31 February 1990 does not exist",
    ):
        assert words in text(answer)
    answer = visit("omar", "asb_open_case", report.reference, send=OPENING | {"more_reports": "ZZZZ-ZZZZ"})
    assert (answer.status_code, "There is no other report with this reference" in text(answer)) == (422, True)
    with acting(people.users["omar"]) as by:
        assert visible(by, Case).count() == 0


def test_sent_twice_it_counts_once(visit, taken, people):
    report = taken("lena")
    sent = OPENING | {"_version": report.version, "_key": "5d8ff2c4-6c35-4a35-8f25-0d5f0a9c0001"}
    answers = [visit("omar", "asb_open_case", report.reference, send=sent).url for _ in range(2)]
    assert answers[0] == answers[1]
    with acting(people.users["omar"]) as by:
        assert visible(by, Case).count() == 1


def test_the_loser_keeps_what_was_typed(visit, taken, people):
    report = taken("lena")
    visit(
        "chris",
        "asb_decide",
        report.reference,
        send={"outcome": "signposted", "reason": "noise team", "_version": report.version},
    )
    answer = visit("omar", "asb_open_case", report.reference, send=OPENING | {"_version": report.version})
    assert answer.status_code == 409
    assert SUMMARY in text(answer)
    answer = visit("omar", "asb_open_case", report.reference)
    assert (answer.status_code, "already" in text(answer)) == (409, True)


def test_a_wrong_link_is_undone_and_joined_elsewhere(visit, taken, opened, people):
    first, second = taken("lena"), taken("dan")
    case = opened("omar", first, second)
    with acting(people.users["omar"]) as by:
        second = visible(by, Report).get(pk=second.pk)
    visit("omar", "asb_undo", second.reference, send={"reason": "another block", "_version": second.version})
    with acting(people.users["omar"]) as by:
        assert [r.pk for r in case_reports(by, case)] == [first.pk]
        second = visible(by, Report).get(pk=second.pk)
    sent = {"case": case.reference, "share": "yes", "_version": second.version}
    assert visit("omar", "asb_join", second.reference, send=sent).status_code == 422
    assert visit("omar", "asb_join", second.reference, send=sent | {"share": "no"}).status_code == 302
    with acting(people.users["omar"]) as by:
        assert [r.pk for r in case_reports(by, case)] == [first.pk, second.pk]


def test_the_panels_part_is_changed_on_its_page(visit, taken, opened, people):
    case = opened("omar", taken("lena"))
    sent = {
        "category": "threats",
        "victim_risk": "medium",
        "summary": "Less now.",
        "place": "",
        "postcode": "",
        "_version": 1,
    }
    assert visit("lena", "asb_change_part", case.reference, send=sent).status_code == 403
    assert visit("omar", "asb_change_part", case.reference, send=sent).status_code == 302
    with acting(people.users["omar"]) as by:
        assert part_of(by, case).victim_risk == "medium"
    assert visit("chris", "asb_change_part", case.reference, send=sent).status_code == 409


def test_reports_wait_on_omars_home(visit, taken):
    report = taken("lena")
    assert f"Decide about report {report.reference}" in text(visit("omar", "home"))
    assert report.reference not in text(visit("dan", "home"))


def _steady(response) -> str:
    """A page without what differs at each request."""
    return re.sub(r'name="(csrfmiddlewaretoken|_key)" value="[^"]*"', "", text(response))


def test_nothing_on_an_asb_page_comes_from_a_marac(visit, taken, opened, people):
    """The same bytes before and after a MARAC case about the same person, the same place and the same victim, for one who reads both."""
    report, waiting = taken("lena"), taken("lena", alleged_perpetrator_text="Vince Norcott")
    case = opened("omar", report)
    addresses = (
        ("asb_reports",),
        ("asb_report", report.reference),
        ("asb_open_case", waiting.reference),
        ("case", case.reference),
        ("interventions",),
        ("asb_incidents",),
        ("new_intervention", case.reference),
        ("home",),
    )
    people_there = ("omar", "lena", "chris")
    before = {(name, *address): _steady(visit(name, *address)) for name in people_there for address in addresses}
    with acting(people.users["grace"]) as by, recording(by=by, event="case.opened"):
        marac = open_case(by=by, panel=people.panels["harbourne-marac"], referred_on=date(2026, 1, 1))
        decision = decided(by=by, panel=marac.panel, case=marac, necessity="n", victim_views="v")
        let_agency_read(by=by, case=marac, agency=people.agencies["harbourne-homes"], decision=decision)
        add_party(
            PartyDetails(
                "alleged_perpetrator",
                given_names="Vince",
                family_name="Norcott",
                born_on=date(1990, 3, 2),
                addresses=[("home", "Quay Street flats", "HB1 2AB")],
            ),
            case=marac,
        )
    with acting(people.users["lena"]) as by:
        assert set(visible(by, Case)) == {marac, case}
    assert {key: _steady(visit(key[0], *key[1:])) for key in before} == before


def test_incidents_page(visit, people):
    from casework.demo.people import DEMO
    from casework.models import Incident

    assert "No incidents yet" in text(visit("lena", "asb_incidents"))
    with recording(by=DEMO, event="demo.loaded"):
        for number in range(30):
            Incident(
                panel=people.panels["harbourne-asb"],
                key=str(number),
                month=date(2023, 1 + number % 2, 1),
                category="x",
                force="y",
                place=f"Street {number:02}",
                area_code="E1",
                area_name="Harbourne 001A",
            ).save()
    shown = text(visit("lena", "asb_incidents"))
    assert "30 incidents" in shown
    assert ("Street 00" in shown, "Street 29" in shown) == (True, False)
    assert "Street 29" in text(visit("lena", "asb_incidents", query="?page=2"))
    assert "15 incidents" in text(visit("lena", "asb_incidents", query="?first=2023-02&last=2023-02&by=area"))
    assert "must not be before" in text(visit("lena", "asb_incidents", query="?first=2023-02&last=2023-01"))
    assert "not one of the available choices" in text(visit("lena", "asb_incidents", query="?area=E9"))
