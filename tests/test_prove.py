"""`make prove` writes what it saw, and says so where a proof fails, breaks or lacks what it needs."""

from xml.etree import ElementTree

import pytest

from benchmarks import prove
from benchmarks.prove import Asked, Proof, Skipped


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Runs one function as a proof; whether it went well, and its file."""
    monkeypatch.setattr(prove, "PROOFS", tmp_path)

    def running(function) -> tuple[bool, str]:
        monkeypatch.setitem(prove.ALL, "one", Asked("A title", "`a command`", function))
        return prove.run("one"), (tmp_path / "one.md").read_text()

    return running


def raising(error: Exception):
    def function() -> Proof:
        raise error

    return function


def test_a_proof_that_holds_is_written_with_its_figures(written):
    went, text = written(lambda: Proof([("rows", 7)], [("seven rows", True)]))
    assert went
    assert "| rows | 7 |" in text
    assert "- held: seven rows" in text
    assert text.endswith("Verdict: **passed**\n")


@pytest.mark.parametrize(
    ("function", "verdict"),
    [
        (lambda: Proof([], [("this", True), ("that", False)]), "failed"),
        (lambda: Proof([("rows", 7)]), "failed"),
        (raising(KeyError("x")), "failed: KeyError: 'x'"),
    ],
)
def test_a_proof_that_fails_says_so(written, function, verdict):
    went, text = written(function)
    assert not went
    assert f"Verdict: **{verdict}**" in text


def test_a_skipped_proof_says_why_and_leaves_an_earlier_file(written):
    went, text = written(raising(Skipped("there is no browser")))
    assert went
    assert "Verdict: **skipped: there is no browser**" in text
    written(lambda: Proof([], [("this", True)]))
    assert "passed" in written(raising(Skipped("there is no browser")))[1]


def report(*cases: str) -> ElementTree.ElementTree:
    return ElementTree.ElementTree(ElementTree.fromstring(f"<suite>{''.join(cases)}</suite>"))


def test_a_report_of_tests_becomes_counts_and_recorded_figures():
    good = '<testcase name="a"><properties><property name="probes" value="9"/></properties></testcase>'
    found = prove._proof_of(report(good, '<testcase name="b"><skipped/></testcase>'))
    assert found.figures == [("tests passed", 1), ("failed", 0), ("skipped", 1), ("probes in a", "9")]
    assert found.holds
    assert not prove._proof_of(report(good, '<testcase name="c"><failure/></testcase>')).holds
    assert not prove._proof_of(report()).holds
    with pytest.raises(Skipped):
        prove._proof_of(report('<testcase name="b"><skipped/></testcase>'))


def test_every_proof_says_what_is_run():
    assert len(prove.ALL) >= 10
    assert [name for name, asked in prove.ALL.items() if not (asked.title and asked.ran.endswith("."))] == []
