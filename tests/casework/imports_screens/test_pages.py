from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from django.urls import reverse

from casework.models import ImportBatch
from tests.casework.imports_screens.conftest import sheet_of
from tests.casework.imports_screens.test_flow import PAIR

OF_ONE = (
    "import_report", "import_csv", "import_columns", "import_mapping", "import_finish", "import_commit", "import_undo",
    "import_matches", "import_accept",
)  # fmt: skip


@pytest.mark.parametrize("name", ["dan", "wendy", "nell", "una", "viktor", "omar", "amira"])
def test_only_the_panels_office_opens_an_import(desk, name):
    reference = desk.uploaded(sheet_of(*PAIR))
    desk.send("import_mapping", reference)
    desk.sign_in(name)
    for page in OF_ONE:
        assert desk.client.get(reverse(page, args=[reference])).status_code in (403, 404), page
        assert desk.client.post(reverse(page, args=[reference]), {}).status_code in (403, 404, 405), page
    answer = desk.client.get(reverse("imports"))
    assert reference not in answer.content.decode()
    assert answer.status_code == (200 if name in ("nell", "omar") else 403)


def test_the_office_of_a_kind_without_import_is_told_so(desk):
    desk.sign_in("omar")
    assert "None of your panels takes in workbooks" in desk.get("imports").content.decode()
    assert "None of your panels takes in workbooks" in desk.get("import_new").content.decode()
    answer = desk.upload(sheet_of(*PAIR), expect=422)
    assert "panel" in answer.context["form"].errors


def macros():
    plain, changed = BytesIO(sheet_of(*PAIR)), BytesIO()
    with ZipFile(plain) as source, ZipFile(changed, "w") as target:
        for entry in source.infolist():
            target.writestr(entry, source.read(entry))
        target.writestr("xl/vbaProject.bin", b"code")
    return changed.getvalue()


def encrypted():
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello", "no Excel workbook"),
        (b"", "no Excel workbook"),
        (encrypted(), "protected by a password"),
        (macros(), "contains macros"),
        (sheet_of(), "The workbook is empty"),
    ],
    ids=["letter", "empty file", "encrypted", "macros", "empty"],
)
def test_what_is_no_plain_workbook_is_refused_beside_the_field(desk, data, said):
    answer = desk.upload(data, expect=422)
    assert said in answer.context["form"].errors["workbook"][0]
    assert desk.rows(ImportBatch) == []


def test_a_file_that_is_too_large_is_refused_with_its_limit(desk, monkeypatch):
    monkeypatch.setattr("casework.forms.imports.LARGEST_FILE", 1024 * 1024)
    answer = desk.upload(b"\0" * (1024 * 1024 + 1), expect=422)
    assert answer.context["form"].errors["workbook"] == ["The file is larger than 1 MB."]


def test_no_file_at_all(desk):
    answer = desk.client.post(reverse("import_new"), {"panel": "harbourne-marac"})
    assert answer.context["form"].errors["workbook"] == ["Choose workbook"]


def test_the_mapping_is_proposed_masked_and_editable(desk):
    reference = desk.uploaded(sheet_of(*PAIR))
    page = desk.get("import_mapping", reference).content.decode()
    assert "Canarywood" not in page
    assert "B: Victim (Z•• C•••••••••)" in page
    assert "00/00/0000" in page
    answer = desk.send("import_mapping", reference, expect=422, field_victim_name="")
    assert answer.context["form"].errors["field_victim_name"] == [
        "Choose the column that holds the victim's name."
    ] or ("the victim's name" in answer.context["form"].errors["field_victim_name"][0])
    answer = desk.send("import_mapping", reference, expect=422, field_victim_name="3")
    assert "is chosen for" in str(answer.context["form"].errors)
    desk.send("import_mapping", reference, field_victim_dob="")
    assert desk.batch(reference).mapping["columns"] == {
        "referral_date": "Received",
        "victim_name": "Victim",
        "perpetrator_name": "Perpetrator",
    }
    downloaded = desk.get("import_columns", reference).json()
    assert downloaded == desk.batch(reference).mapping


def test_another_sheet_and_heading_row(desk):
    book = openpyxl.Workbook()
    for line in PAIR:
        book.active.append(line)
    second = book.create_sheet("Last year")
    for line in (["notes"], [], *PAIR, ["05/05/2025", "Ann Other", "", "Ben Cooper"]):
        second.append(line)
    stream = BytesIO()
    book.save(stream)
    reference = desk.uploaded(stream.getvalue())
    desk.send("import_mapping", reference, query="?sheet=2&row=3")
    assert (desk.batch(reference).mapping["sheet"], desk.batch(reference).mapping["header_row"]) == (
        "Last year",
        3,
    )
    assert desk.batch(reference).counts == {"ok": 2}
    desk.send("import_mapping", reference, query="?sheet=1")
    assert desk.batch(reference).counts["ok"] == 1
    nothing = desk.get("import_mapping", reference, sheet="2", row="4000").content.decode()
    assert "No row of headings was found" in nothing


def test_a_status_filters_the_rows(desk):
    reference = desk.uploaded(sheet_of(*PAIR, ["31/02/2026", "Ann Other", "", "Ben Cooper"]))
    desk.send("import_mapping", reference)
    rows = desk.get("import_report", reference, status="refused").context["rows"]
    assert [(row.sheet_row, row.status) for row in rows] == [(3, "refused")]
    assert len(desk.get("import_report", reference).context["rows"]) == 2
    assert "1 refused and 0 skipped" in desk.get("import_commit", reference).content.decode()


def test_the_demo_offers_a_workbook_to_try(desk, settings):
    settings.DEMO = False
    desk.get("import_practice", expect=404)
    assert "practice workbook" not in desk.get("imports").content.decode()
    settings.DEMO = True
    assert "practice workbook" in desk.get("imports").content.decode()
    reference = desk.imported(desk.get("import_practice").content)
    assert desk.batch(reference).status == "committed"
