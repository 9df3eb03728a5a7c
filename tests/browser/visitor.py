"""Somebody at a browser: signs in as a persona, reads, fills in forms by the names of their fields, presses what is there."""

import re
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Response

from casework.demo.personas import PASSWORD
from tests.browser.looking import kind_of, look_at

REFERENCE = re.compile(r"/([0-9A-Z]{4}-[0-9A-Z]{4})/")
NOTED_ELSEWHERE = "Failed to load resource"  # a page's own refusal; other files are watched by `_answered`


class Visitor:
    """One page of a browser; with `looks`, each kind of page that is reached is looked at, wide and narrow.

    `complaints` are the console's errors, the content policy's among them, failed files, and what the looks found.
    """

    def __init__(self, page: Page, site: str, looks: bool = False):
        self.page, self.site, self.looks = page, site, looks
        self.looked_at: set[str] = set()
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._answered)

    def _said(self, message) -> None:
        if message.type == "error" and not message.text.startswith(NOTED_ELSEWHERE):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.complaints.append(f"{response.url}: {response.status}")

    # Going about

    def sign_in(self, username: str) -> None:
        """Through the sign-in page, after leaving whoever was there before."""
        self.page.context.clear_cookies()
        self.go("/accounts/login/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.press("Sign in")
        assert self.page.url == f"{self.site}/", self.text()[:400]

    def go(self, address: str) -> int:
        """Open an address of the product; the status of the answer."""
        answer = self.page.goto(self.site + address)
        assert answer is not None
        return answer.status

    def follow(self, text: str, within: str = "main", nth: int = 0) -> None:
        """Follow a link by (part of) its words."""
        self.page.locator(within).get_by_role("link", name=text).nth(nth).click()
        self._arrived()

    def press(self, text: str, within: str = "main") -> None:
        """Press a button, or a link that looks like one, by its words."""
        place = self.page.locator(within)
        place.get_by_role("button", name=text).or_(place.get_by_role("link", name=text)).first.click()
        self._arrived()

    def _arrived(self) -> None:
        self.page.wait_for_load_state("load")
        errors = self.page.locator(".govuk-error-summary")
        assert errors.count() == 0, errors.inner_text()
        kind = kind_of(urlsplit(self.page.url).path)
        if self.looks and kind not in self.looked_at:
            self.looked_at.add(kind)
            self.complaints += look_at(self.page, kind)

    # Forms

    def type(self, values: dict[str, str | list[str]]) -> None:
        """Fill in fields by name; choices by their values, a single tick box by "on"."""
        for name, value in values.items():
            for one in value if isinstance(value, list) else [value]:
                self._type_one(name, one)

    def _type_one(self, name: str, value: str) -> None:
        field = self.page.locator(f'main [name="{name}"]')
        kind = field.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind in ("radio", "checkbox") and value != "on":
            field = field.and_(self.page.locator(f'[value="{value}"]'))
        self._open_around(field.first)
        if kind == "select":
            field.select_option(value)
        elif kind in ("radio", "checkbox"):
            field.check()
        else:
            field.fill(value)

    def choose_powers(self) -> int:
        """The first power that is offered to each set of agencies; how many sets there are."""
        names = self.page.locator('main input[name^="power_"]').evaluate_all(
            "all => [...new Set(all.map(e => e.name))]"
        )
        for name in names:
            self.page.locator(f'main [name="{name}"]').first.check()
        return len(names)

    def choose(self, name: str, words: str, partly: bool = False) -> None:
        """Choose an entry of a drop-down list by its words, or by words that it contains."""
        box = self.page.locator(f'main select[name="{name}"]')
        entry = box.locator("option", has_text=words) if partly else box.get_by_text(words, exact=True)
        box.select_option(entry.first.get_attribute("value"))

    def _open_around(self, field: Locator) -> None:
        closed = field.locator("xpath=ancestor::details[not(@open)]/summary")
        if closed.count():
            closed.first.click()

    # Reading

    def text(self) -> str:
        """What a person reads on the page."""
        return self.page.locator("body").inner_text()

    def shows(self, *words: str) -> None:
        """All of `words` stand on the page."""
        text = self.text()
        assert [word for word in words if word.casefold() not in text.casefold()] == [], text

    def lacks(self, *words: str) -> None:
        """None of `words` stands on the page."""
        text = self.text()
        assert [word for word in words if word.casefold() in text.casefold()] == [], text

    @property
    def reference(self) -> str:
        """The reference in the address of this page."""
        found = REFERENCE.search(self.page.url)
        assert found, self.page.url
        return found[1]

    @contextmanager
    def downloading(self, folder: Path):
        """What is pressed inside gives a file; yields the path it is saved to."""
        target = folder / "downloaded"
        with self.page.expect_download() as caught:
            yield target
        caught.value.save_as(target)
