"""What every kind of panel promises, asked of each that is registered, the toy one included."""

import pytest
from django.contrib.auth.models import Group
from django.db.models import CharField

from audit.recorder import recording
from casework.access.policies import NotNow
from casework.access.viewer import acting
from casework.commands.cases import move_case, open_case
from casework.demo.people import DEMO
from casework.models import AgreementPanel, Case, Panel, PanelOffice, PartyRole, SharingAgreement
from casework.panels.base import PanelKind
from casework.panels.registry import UnknownPanelKind, panel_kind, panel_kinds, register

KINDS = [kind.kind for kind in panel_kinds()]


def test_three_kinds_are_registered():
    assert KINDS == ["asbpanel", "marac", "toy"]


@pytest.mark.parametrize("name", KINDS)
def test_words_and_statuses_are_complete(name):
    kind = panel_kind(name)
    assert set(kind.case_roles) <= set(PartyRole.values)
    assert set(kind.role_labels) >= set(kind.case_roles)
    assert kind.first_status in kind.case_statuses
    assert kind.heard_status in kind.case_statuses
    assert {to for moves in kind.case_statuses.values() for to in moves} <= set(kind.case_statuses)
    assert set(kind.status_owner) == set(kind.case_statuses)
    longest = Case._meta.get_field("status")
    assert isinstance(longest, CharField)
    assert max(map(len, kind.case_statuses)) <= longest.max_length
    assert any(not moves for moves in kind.case_statuses.values()), "no status ends a case"


@pytest.mark.parametrize("name", KINDS)
def test_alleged_until_found(name):
    kind = panel_kind(name)
    assert kind.role_label("alleged_perpetrator").endswith("(alleged)")
    assert "alleged" not in kind.role_label("alleged_perpetrator", "convicted on 3 May")


def test_a_doubled_or_incomplete_kind_is_refused():
    with pytest.raises(ValueError, match="twice"):
        register(type("Again", (type(panel_kind("toy")),), {}))
    with pytest.raises(ValueError, match="lacks"):
        register(type("Empty", (PanelKind,), {"kind": "empty", "title": "Empty"}))
    with pytest.raises(UnknownPanelKind):
        panel_kind("empty")


def test_a_case_of_the_toy_kind_lives_by_its_own_table(people):
    """casework opens and moves a case of a kind it has never heard of."""
    with recording(by=DEMO, event="demo.loaded"):
        panel = Panel(
            partnership=people.partnerships["harbourne"],
            kind="toy",
            slug="toy",
            name="Toys",
            office_group=Group.objects.create(name="toys"),
        )
        panel.save()
        AgreementPanel(agreement=SharingAgreement.objects.get(partnership=panel.partnership), panel=panel).save()
        PanelOffice(panel=panel, membership=people.memberships["grace"], office="coordinator").save()
    with acting(people.users["grace"]) as by:
        with recording(by=by, event="case.opened"):
            case = open_case(by=by, panel=panel)
        assert case.status == "lost"
        assert move_case(by=by, case=case, status="sought").status == "sought"
        with pytest.raises(NotNow):
            move_case(by=by, case=case, status="lost")
