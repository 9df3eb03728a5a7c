"""The kit: what its pages are made of, and how they stand up in a browser."""

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
from django.template import Context, Template, TemplateSyntaxError

from casework.forms.fields import (
    KitForm,
    PersonNameField,
)
from casework.templatetags import kit as tags
from tests.casework import kit_gallery

ASSETS = Path(__file__).parents[2] / "assets"
NARROW, WIDE = 320, 1280
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


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
