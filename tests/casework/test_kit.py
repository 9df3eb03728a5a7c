"""The kit: what its fields take and refuse, what its pages are made of, and how they stand up in a browser."""

import re
from collections import Counter
from copy import deepcopy
from datetime import UTC, date, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django import forms
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.template import Context, Template, TemplateSyntaxError
from hypothesis import given
from hypothesis import strategies as st

from casework.forms.fields import (
    CleanCharField,
    KitForm,
    PartialDate,
    PartialDateField,
    PersonNameField,
    PhoneField,
    PostcodeField,
    UKDateField,
    with_not_known,
)
from casework.templatetags import kit as tags
from tests.casework import kit_gallery

ASSETS = Path(__file__).parents[2] / "assets"
NARROW, WIDE = 320, 1280
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


def refusal(field, value) -> str:
    """The sentence with which a field refuses a value."""
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return refused.value.messages[0]


# Text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ab\x00c", "Reason contains a NUL character (character 3). Delete it and type that part again"),
        ("a\x07", "Reason contains a control character that cannot be printed (U+0007, character 2). Delete it and type that part again"),
        ("a\x0b", "Reason contains a control character that cannot be printed (U+000B, character 2). Delete it and type that part again"),
        ("\x9d", "Reason contains a control character that cannot be printed (U+009D, character 1). Delete it and type that part again"),
        ("\u202eabc", "Reason contains a hidden character that changes the reading direction (U+202E, character 1). Delete it and type that part again"),
        ("a\u2066", "Reason contains a hidden character that changes the reading direction (U+2066, character 2). Delete it and type that part again"),
        ("a\udc00", "Reason contains a character that arrived damaged (character 2). Delete it and type that part again"),
        ("\ufffdb", "Reason contains a character that arrived damaged (character 1). Delete it and type that part again"),
    ],
)  # fmt: skip
def test_a_character_that_cannot_be_kept_is_named_with_its_place(text, said):
    assert refusal(CleanCharField(label="Reason"), text) == said


def test_text_is_composed_and_its_line_breaks_are_line_feeds():
    assert CleanCharField(lines=3).clean("Zoe\u0308\r\nb\rc\td\u2028e") == "Zo\u00eb\nb\nc\td\ne"


def test_a_box_of_one_line_joins_white_space_and_refuses_a_second_line():
    assert CleanCharField(label="Place").clean(" a \t\u00a0 b ") == "a b"
    assert refusal(CleanCharField(label="Place"), "a\nb") == "Place must be on one line"


def test_the_limit_is_named_with_what_was_typed():
    field = CleanCharField(label="Reason", max_length=1200, lines=5)
    assert field.clean("x" * 1200) == "x" * 1200
    assert refusal(field, "x" * 1234) == "Reason must be 1,200 characters or fewer. You have typed 1,234"
    assert "maxlength" not in field.widget.attrs


def test_text_in_which_nothing_is_visible_counts_as_empty():
    assert CleanCharField(required=False).clean("\u200b\u200e \ufeff") == ""


@pytest.mark.parametrize(
    "name", ["Żaneta O’Brien-Łącka", "فاطمة", "प्रिया", "ਹਰਪ੍ਰੀਤ", "ፍቅርተ", "王小明", "Ng\u0169", "می\u200cخواهم"]
)
def test_names_in_any_script_pass_as_they_are(name):
    assert PersonNameField().clean(name) == name


def test_a_name_needs_a_letter():
    assert refusal(PersonNameField(label="Family name"), "123") == "Family name must contain at least one letter"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_refused_in_words_or_kept_clean(text):
    field = CleanCharField(label="Reason", required=False, lines=2)
    try:
        kept = field.clean(text)
    except ValidationError:
        kept = ""
        said = refusal(field, text)
        assert said.startswith("Reason contains a ")
    assert field.clean(kept) == kept
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", kept)
    kept.encode()


@given(st.text(alphabet=st.characters(), max_size=40))
def test_what_was_refused_can_be_shown_again(text):
    form = kit_gallery.GalleryForm({"reason": text, "family_name": text, "born_day": text, "phone": text}, {})
    assert not form.is_valid()
    for name in ("reason", "family_name", "born", "phone"):
        str(form[name]).encode()


# Postcodes and telephone numbers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("hb1 2ab", "HB1 2AB"), ("HB12AB", "HB1 2AB"), (" ec1a1bb ", "EC1A 1BB"), ("m1-1aa", "M1 1AA"), ("gir 0aa", "GIR 0AA"), ("HB10 9ZZ", "HB10 9ZZ")],
)  # fmt: skip
def test_postcodes_of_any_area_are_written_alike(typed, kept):
    assert PostcodeField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["nowhere", "HB1", "HB1 2A", "1HB 2AB", "HB1 2ABC", "HB１ 2AB "])
def test_what_has_not_the_shape_of_a_postcode_is_refused(typed):
    assert refusal(PostcodeField(), typed) == "Enter a full postcode, like HB1 2AB"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900123", "07700 900123"),
        ("+44 7700 900123", "07700 900123"),
        ("+44 (0)7700 900-123", "07700 900123"),
        ("0044 1632 960001", "01632 960001"),
        ("+353 1 496 0000", "+35314960000"),
    ],
)
def test_telephone_numbers_are_written_alike(typed, kept):
    assert PhoneField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["12", "call me", "07700 9001234567", "0", "+", "٠٧٧٠٠٩٠٠١٢٣"])
def test_what_is_no_telephone_number_is_refused(typed):
    assert refusal(PhoneField(), typed).startswith("Enter a telephone number, like ")


# Dates


@pytest.mark.parametrize(
    ("boxes", "day"),
    [
        (["1", "3", "2026"], date(2026, 3, 1)),
        (["29", "02", "2024"], date(2024, 2, 29)),
        (["1", "Sept", "2025"], date(2025, 9, 1)),
        ([" 7 ", "march", "1999"], date(1999, 3, 7)),
        (["１", "３", "２０２６"], date(2026, 3, 1)),
    ],
)
def test_a_date_is_read_from_its_boxes(boxes, day):
    assert UKDateField().clean(boxes) == day


@pytest.mark.parametrize(
    ("boxes", "said", "wrong"),
    [
        (["31", "2", "2026"], "Date of birth: 31 February 2026 does not exist, because February 2026 has 28 days", ("day",)),
        (["31", "April", "2026"], "Date of birth: 31 April 2026 does not exist, because April 2026 has 30 days", ("day",)),
        (["32", "1", "2026"], "Date of birth: the day must be between 1 and 31", ("day",)),
        (["0", "1", "2026"], "Date of birth: the day must be between 1 and 31", ("day",)),
        (["1", "13", "2026"], "Date of birth: the month must be between 1 and 12", ("month",)),
        (["1", "Marzo", "2026"], "Date of birth: the month must be a number or a name, like 3 or March", ("month",)),
        (["1", "3", "26"], "Date of birth: the year must have 4 digits, like 1987", ("year",)),
        (["1", "3", "1776"], "Date of birth: the year must be between 1900 and 2199", ("year",)),
        (["1", "", "2026"], "Date of birth must include a month", ("month",)),
        (["", "3", ""], "Date of birth must include a day and a year", ("day", "year")),
        (["9" * 5000, "3", "2026"], "Date of birth: the day must be a number", ("day",)),
        (["²", "-1", "2026"], "Date of birth: the month must be a number or a name, like 3 or March", ("month",)),
    ],
)  # fmt: skip
def test_an_impossible_date_is_refused_in_words_that_name_the_box(boxes, said, wrong):
    with pytest.raises(ValidationError) as refused:
        UKDateField(label="Date of birth").clean(boxes)
    assert (refused.value.messages, refused.value.params["boxes"]) == ([said], wrong)


@pytest.fixture
def first_of_march(monkeypatch):
    monkeypatch.setattr("casework.forms.dates.timezone.localdate", lambda: date(2026, 3, 1))


@pytest.mark.usefixtures("first_of_march")
def test_past_and_future_include_today():
    assert UKDateField(past=True).clean(["1", "3", "2026"]) == date(2026, 3, 1)
    assert UKDateField(future=True).clean(["1", "3", "2026"]) == date(2026, 3, 1)
    assert (
        refusal(UKDateField(past=True, label="Seen"), ["2", "3", "2026"])
        == "Seen must be today or in the past. You have typed 2 March 2026"
    )
    assert (
        refusal(UKDateField(future=True, label="Due"), ["28", "2", "2026"])
        == "Due must be today or in the future. You have typed 28 February 2026"
    )


@pytest.mark.usefixtures("first_of_march")
def test_a_partial_date_may_lack_its_day_or_month():
    field = PartialDateField(label="Moved in", past=True)
    assert [str(field.clean(boxes)) for boxes in (["", "", "2025"], ["", "3", "2025"], ["9", "3", "2025"])] == [
        "2025",
        "March 2025",
        "9 March 2025",
    ]
    assert field.clean(["", "3", "2025"]).iso == "2025-03"
    assert PartialDate.from_iso("2025-03") == PartialDate(2025, 3)
    assert refusal(field, ["9", "", "2025"]) == "Moved in must include a month where it has a day"
    assert refusal(field, ["", "4", "2026"]) == "Moved in must be today or in the past. You have typed April 2026"


def test_a_date_shows_again_what_was_typed_and_what_was_stored():
    typed = kit_gallery.GalleryForm({"born_day": "31", "born_month": "Feb", "born_year": "x"}, {})
    stored = kit_gallery.GalleryForm(initial={"born": date(1987, 3, 27), "moved": PartialDate(2020, 5)})
    assert [box["value"] for box in tags.date_boxes(typed["born"])] == ["31", "Feb", "x"]
    assert [box["value"] for box in tags.date_boxes(stored["born"])] == ["27", "3", "1987"]
    assert [box["value"] for box in tags.date_boxes(stored["moved"])] == ["", "5", "2020"]


# Forms


def test_an_empty_form_says_what_to_enter():
    form = kit_gallery.GalleryForm({}, {})
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "family_name": "Enter family name",
        "born": "Enter date of birth",
        "aware": "Answer the question: Does the victim know of this referral?",
        "criteria": "Answer the question: Which criteria are met?",
        "relation": "Select relationship",
        "reason": "Enter why you are referring",
        "checked": "Tick to go on: I have checked that this number is safe to ring",
    }


@pytest.mark.parametrize(
    ("typed", "errors", "kept"),
    [
        ({"aware": "no"}, ["Enter why the victim does not know"], None),
        ({"aware": "no", "why_unaware": "Not safe to tell"}, [], "Not safe to tell"),
        ({"aware": "yes", "why_unaware": "left over"}, [], ""),
        ({"aware": "yes", "why_unaware": "\x00"}, [], ""),
    ],
)
def test_a_revealed_field_counts_only_while_its_choice_is_made(typed, errors, kept):
    form = kit_gallery.GalleryForm(typed, {})
    assert form.errors.get("why_unaware", []) == errors
    assert form.cleaned_data.get("why_unaware") == kept


def test_not_known_is_the_last_choice():
    assert with_not_known([("yes", "Yes")]) == [("yes", "Yes"), ("not_known", "Not known")]


def test_the_browser_is_told_to_keep_nothing():
    form = kit_gallery.GalleryForm()
    drawn = str(form)
    boxes = re.findall(r"<(?:input|textarea|select)[^>]*>", drawn)
    typed = [box for box in boxes if not re.search(r'type="(radio|checkbox|file|hidden)"', box)]
    assert len(typed) == 13
    assert [box for box in typed if 'autocomplete="off"' not in box] == []


# Templates


@pytest.fixture
def kit_pages(settings):
    """The kit's templates without the product's own context, so that they draw without a database."""
    settings.ROOT_URLCONF = "tests.casework.kit_urls"
    plain = deepcopy(settings.TEMPLATES)
    plain[0]["OPTIONS"]["context_processors"] = ["django.template.context_processors.request"]
    settings.TEMPLATES = plain


@pytest.mark.usefixtures("kit_pages")
@pytest.mark.parametrize("name", list(kit_gallery.CONTENT))
class TestEveryPage:
    def test_has_no_style_or_script_of_its_own(self, name):
        html = kit_gallery.draw(name)
        assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", html) == []
        assert re.findall(r"<script[^>]*>", html) == ['<script src="/static/kit/app.js" defer>']

    def test_names_no_other_host(self, name):
        assert set(re.findall(r"https?://[^/\"' ]+", kit_gallery.draw(name))) <= {"http://www.w3.org"}

    def test_every_reference_by_id_leads_to_one_element(self, name):
        html = kit_gallery.draw(name)
        ids = Counter(re.findall(r'\sid="([^"]+)"', html))
        wanted = re.findall(r'\s(?:for|aria-describedby|aria-labelledby)="([^"]+)"', html)
        wanted = [target for group in wanted for target in group.split()] + re.findall(r'href="#(id_[^"]+)"', html)
        assert [name for name, times in ids.items() if times > 1] == []
        assert [target for target in wanted if target not in ids] == []

    def test_every_post_carries_its_token(self, name):
        html = kit_gallery.draw(name)
        posts = re.findall(r'<form[^>]*method="post".*?</form>', html, re.S)
        assert [form for form in posts if "csrfmiddlewaretoken" not in form] == []

    def test_has_one_first_heading_and_one_main(self, name):
        html = kit_gallery.draw(name)
        assert (html.count("<h1"), html.count("<main"), html.count("rt-print-footer")) == (1, 1, 1)


@pytest.mark.usefixtures("kit_pages")
def test_the_summary_leads_to_the_first_wrong_box_of_each_field():
    links = re.findall(r'<li><a href="#([^"]+)">', kit_gallery.draw("errors"))
    assert links == [
        "id_family_name",
        "id_born_0",
        "id_postcode",
        "id_phone",
        "id_why_unaware",
        "id_escalating",
        "id_relation",
        "id_reason",
        "id_checked",
    ]


@pytest.mark.usefixtures("kit_pages")
def test_an_error_marks_its_control_and_the_title():
    html = kit_gallery.draw("errors")
    assert "<title>Error: New referral - Roundtable</title>" in html
    assert re.search(r'<input[^>]*name="family_name"[^>]*aria-invalid="true"[^>]*>', html)
    assert 'aria-describedby="id_family_name_helptext id_family_name_error"' in html
    assert re.findall(r'name="born_(\w+)"[^>]*aria-invalid', html) == ["day"]


@pytest.mark.usefixtures("kit_pages")
def test_what_is_typed_is_escaped():
    form = kit_gallery.GalleryForm({"family_name": "<b>\x00", "reason": "<i>" * 100}, {})
    html = kit_gallery.draw("form", form=form)
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert "<i>" not in html


@pytest.mark.usefixtures("kit_pages")
def test_paging_keeps_the_filter():
    assert '<a class="govuk-link govuk-pagination__link" href="?status=new&amp;page=6" rel="next">' in kit_gallery.draw(
        "list"
    )


@pytest.mark.usefixtures("kit_pages")
def test_a_form_from_elsewhere_gets_the_classes_too():
    class Plain(forms.Form):
        name = forms.CharField()
        colour = forms.ChoiceField(choices=[("r", "Red")], widget=forms.RadioSelect)

    html = str(Plain())
    assert re.search(r'class="govuk-input"[^>]*id="id_name"|id="id_name"[^>]*class="govuk-input"', html)
    assert 'class="govuk-radios__input"' in html


def test_formset_errors_come_into_one_summary():
    class Child(KitForm):
        name = PersonNameField(label="Child's name")

    rows = forms.formset_factory(Child, extra=2)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-name": "Ana", "form-1-name": "9"}
    )
    assert tags.error_summary(rows)["errors"] == [
        {"text": "Child's name must contain at least one letter", "target": "id_form-1-name"}
    ]


def test_a_tag_escapes_and_knows_its_colours():
    assert tags.tag("<High>", "red") == '<strong class="rt-tag rt-tag--red">&lt;High&gt;</strong>'
    with pytest.raises(TemplateSyntaxError):
        tags.tag("High", "mauve")


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 3, 1, 14, 5, tzinfo=UTC), "1 March 2026 at 2:05pm"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026 at 12:30am"),
        (date(2026, 3, 1), "1 March 2026"),
        (None, ""),
    ],
)
def test_moments_are_shown_by_the_clock_of_london(moment, shown):
    assert Template("{{ moment|uk_time }}").render(Context({"moment": moment})) == shown


# Assets


def contrast(one: str, other: str) -> float:
    """The contrast of two colours written #rrggbb, by the formula of WCAG 2."""

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_every_tag_keeps_its_words_legible():
    pairs = re.findall(
        r"\.rt-tag--\w+ \{ background: (#\w{6}); color: (#\w{3,6});", (ASSETS / "src" / "_components.scss").read_text()
    )
    pairs = [(ground, "#ffffff" if ink == "#fff" else ink) for ground, ink in pairs]
    assert len(pairs) == 7
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


def test_the_lock_names_no_registry():
    lock = (ASSETS / "package-lock.json").read_text()
    assert re.findall(r'"resolved"|registry|\.tgz', lock) == []
    assert lock.count('"integrity"') == lock.count('"node_modules/')


@pytest.fixture(scope="module")
def kit() -> Path:
    if not (django_settings.KIT_DIR / "app.css").exists():
        pytest.skip("the front-end assets are not built here")
    return django_settings.KIT_DIR


def test_the_style_sheet_carries_no_crown_and_no_foreign_font(kit):
    css = (kit / "app.css").read_text()
    assert re.findall(r"GDS Transport|url\([^)]*(?:crown|crest)|url\(.?https?://|@import", css) == []
    files = {target.strip("\"'") for target in re.findall(r"url\(([^)]+)\)", css) if "data:" not in target}
    assert [name for name in files if not (kit / name).exists()] == []


def test_the_script_keeps_nothing_in_the_browser(kit):
    assert re.findall(r"localStorage|sessionStorage|indexedDB", (kit / "app.js").read_text()) == []


# In a browser


FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="module")
def chromium(playwright):
    """The system's own Chromium, without a window."""
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
    yield browser
    browser.close()


@pytest.fixture
def page(chromium):
    """A page of a fresh browser context."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".ttf": "font/ttf"}


class Gallery(BaseHTTPRequestHandler):
    """Serves drawn pages and the built kit, with the product's content policy."""

    def __init__(self, *args, pages: dict[str, bytes], kit: Path):
        self.pages, self.kit = pages, kit
        super().__init__(*args)

    def log_message(self, *args):
        pass

    def do_GET(self):
        name = self.path.split("?")[0].strip("/")
        file = self.kit / name.removeprefix("static/kit/")
        body = self.pages[name] if name in self.pages else file.read_bytes()
        self.send_response(500 if name == "broken" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if name in self.pages else TYPES[file.suffix])
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def gallery(kit_pages, kit):
    pages = {name: kit_gallery.draw(name).encode() for name in kit_gallery.CONTENT}
    pages |= {"fragment": b"<b>after</b>", "broken": b"Server Error (500)"}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Gallery, pages=pages, kit=kit))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_page_stands_up_in_a_browser(gallery, kit, page, width):
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 900})
    axe = (kit.parent / "node_modules" / "axe-core" / "axe.min.js").read_text()
    for name in kit_gallery.CONTENT:
        page.goto(f"{gallery}/{name}")
        page.evaluate(axe)
        found = page.evaluate("axe.run(document)")["violations"]
        assert (name, [one["id"] for one in found]) == (name, [])
        assert (name, page.evaluate("document.documentElement.scrollWidth")) == (name, width)
    assert complaints == []


@pytest.mark.browser
@pytest.mark.slow
def test_focus_goes_to_the_summary_and_from_there_to_the_field(gallery, page):
    page.goto(f"{gallery}/errors")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.click("text=31 February 1990 does not exist >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_born_0"


@pytest.mark.browser
@pytest.mark.slow
def test_a_choice_opens_its_field_without_script(gallery, chromium):
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"{gallery}/form")
    field = page.locator("#id_why_unaware")
    assert field.is_hidden()
    page.get_by_label("No", exact=True).check()
    assert field.is_visible()
    page.close()


@pytest.mark.browser
@pytest.mark.slow
def test_a_refresh_takes_the_answer_but_never_a_server_error(gallery, page):
    page.goto(f"{gallery}/refresh")
    page.get_by_text("Good").click()
    page.locator("#results b").wait_for()
    page.get_by_text("Broken").click()
    page.get_by_text("Something went wrong and nothing was changed").wait_for()
    assert page.locator("#results").inner_text() == "after"
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


@pytest.mark.browser
@pytest.mark.slow
def test_paper_carries_the_handling_line_and_nothing_to_press(gallery, page):
    page.goto(f"{gallery}/case")
    page.emulate_media(media="print")
    assert page.locator(".rt-print-footer").is_visible()
    pressed = "nav, form, button, .govuk-button, .rt-nav, .rt-footer, .govuk-skip-link"
    assert [one.evaluate("e => e.outerHTML") for one in page.locator(pressed).all() if one.is_visible()] == []
