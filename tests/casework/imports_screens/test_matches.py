import re

import pytest
from django.urls import reverse

from casework.models import MatchProposal, Party
from tests.casework.imports_screens.conftest import bytes_of, sheet_of

CROSSED = (
    ["Received", "Victim", "Vic DOB", "Vic postcode", "Perpetrator", "Perp DOB"],
    ["01/03/2025", "Zoë Canarywood", "03/04/1990", "HB1 2AB", "Karl Brackenfoot", "09/05/1985"],
    ["01/05/2025", "Zoë Canarywood", "03/04/1990", "HB1 2AB", "Karl Brackenfoot", "09/05/1985"],
    ["01/07/2025", "Karl Brackenfoot", "09/05/1985", "", "Ivy Stranger", "01/01/1970"],
)


def decisions(desk):
    return sorted(one.decision for one in desk.rows(MatchProposal))


def test_each_match_shows_whom_it_is_about_and_links_them_when_accepted(desk):
    reference = desk.imported(sheet_of(*CROSSED))
    assert sorted(one.kind for one in desk.rows(MatchProposal)) == ["crossed_roles", "repeat"]
    page = desk.get("import_matches", reference).content.decode()
    assert page.count("Zoë Canarywood") >= 2
    assert re.search(r"Estimated probability: [^.]*\d", page)
    repeat = next(one for one in desk.rows(MatchProposal) if one.kind == "repeat")
    assert {piece["who"] for piece in repeat.evidence} == {"victim", "perpetrator"}
    desk.send("import_matches", reference, **{f"match_{repeat.pk}": "accepted"})
    decided = next(one for one in desk.rows(MatchProposal) if one.pk == repeat.pk)
    assert (decided.decision, decided.decided_by_id) == ("accepted", desk.people.users["grace"].pk)
    people = [(one.family_name, one.person_id) for one in desk.rows(Party) if one.person_id]
    assert sorted(name for name, _ in people) == ["Brackenfoot"] * 2 + ["Canarywood"] * 2
    assert len({anchor for _, anchor in people}) == 2
    assert decisions(desk) == ["accepted", "open"]


def test_somebody_in_the_other_role_is_linked_too(desk):
    reference = desk.imported(sheet_of(*CROSSED))
    crossed = next(one for one in desk.rows(MatchProposal) if one.kind == "crossed_roles")
    desk.send("import_matches", reference, **{f"match_{crossed.pk}": "accepted"})
    linked = [one for one in desk.rows(Party) if one.person_id]
    assert sorted((one.family_name, one.role) for one in linked) == [
        ("Brackenfoot", "alleged_perpetrator"),
        ("Brackenfoot", "victim"),
    ]
    desk.sign_in("dan")
    assert desk.rows(MatchProposal, "dan") == []


def test_a_decision_made_meanwhile_stays(desk):
    reference = desk.imported(sheet_of(*CROSSED))
    repeat = next(one for one in desk.rows(MatchProposal) if one.kind == "repeat")
    desk.send("import_matches", reference, **{f"match_{repeat.pk}": "rejected"})
    late = {f"match_{repeat.pk}": "accepted", "_key": ""}
    assert desk.client.post(reverse("import_matches", args=[reference]), late).status_code == 302
    assert next(one for one in desk.rows(MatchProposal) if one.pk == repeat.pk).decision == "rejected"


def test_all_above_a_score_after_a_sample(desk):
    reference = desk.imported(bytes_of(rows=60, seed=5)[0])
    sure = [one for one in desk.rows(MatchProposal) if one.score >= 0.9]
    assert len(sure) > 10
    without = desk.client.post(reverse("import_accept", args=[reference]), {"_key": "", "seen": ""})
    assert without.status_code == 422
    page = desk.get("import_accept", reference, above="90")
    shown = re.findall(r'id="match-(\d+)"', page.content.decode())
    assert len(shown) == 10
    seen = page.context["form"]["seen"].value()
    forged = desk.client.post(reverse("import_accept", args=[reference]), {"_key": "", "seen": seen[:-1] + "x"})
    assert forged.status_code == 422
    assert "accepted" not in decisions(desk)
    desk.send("import_accept", reference, query="?above=90")
    after = {one.pk: one for one in desk.rows(MatchProposal)}
    assert {pk for pk, one in after.items() if one.decision == "accepted"} == {one.pk for one in sure}
    assert {after[one.pk].decided_by_id for one in sure} == {desk.people.users["grace"].pk}


def test_the_sample_of_another_import_counts_for_nothing(desk):
    first = desk.imported(sheet_of(*CROSSED))
    second = desk.uploaded(sheet_of(*CROSSED))
    seen = desk.get("import_accept", first, above="50").context["form"]["seen"].value()
    answer = desk.client.post(reverse("import_accept", args=[second]), {"_key": "", "seen": seen})
    assert answer.status_code == 422
    assert "accepted" not in decisions(desk)


@pytest.mark.parametrize("above", ["49", "101", "many", ""])
def test_a_probability_that_is_none_is_refused_beside_the_field(desk, above):
    reference = desk.imported(sheet_of(*CROSSED))
    page = desk.get("import_accept", reference, above=above)
    assert page.context["above_form"].errors["above"]
    assert page.context["matches"] == []
