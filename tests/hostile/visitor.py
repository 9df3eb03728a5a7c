"""Somebody who types what no form asks for: finds the forms of a page, fills them badly and sends them."""

import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client

from casework.models import User

SCRIPT = "<script>alert(1)</script>"
NASTY = [
    "", "\x00", "a\x00b", "\ud800", "x" * 12_000, "99999999999999999999999", "-1", "1e400", "NaN", "0", "٣", "²",
    "{{ 7 }}{% x %}", SCRIPT + "\"'", "=1+1", "' OR 1=1 --", "../../etc/passwd", "javascript:alert(1)", "//evil.example",
    "\u202egnp.exe", "31", "0000", "[]", "{}", "null", "%s%d", "\r\nSet-Cookie: a=b", "\u0301" * 300, "🏳️‍🌈", "9" * 5000,
]  # fmt: skip
FILES = [b"", b"\x00" * 100, b"PK\x03\x04" + b"\xff" * 400, b"a,b\n=1+1,\x00\n", b"\xff\xfe\x00\xd8"]
CONTROLS = {"csrfmiddlewaretoken"}
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass
class Form:
    """A form as a page shows it: where it goes, and {name: (kind, values)}."""

    action: str
    method: str
    fields: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    @property
    def plain(self) -> dict:
        """What a browser would send: what is filled in, and a choice where there is one."""
        return {name: values[:1] for name, (kind, values) in self.fields.items() if kind != "file"}


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, body: str):
        super().__init__()
        self.found: list[Form] = []
        self._select = ""
        self.feed(body)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.found.append(Form(given.get("action") or "", (given.get("method") or "get").lower()))
        if tag == "option" and self._select and given.get("value"):
            self.found[-1].fields[self._select][1].append(given["value"])
        name = given.get("name")
        if self.found and name and name not in CONTROLS and tag in ("input", "select", "textarea", "button"):
            kind = given.get("type") or tag
            values = self.found[-1].fields.setdefault(name, (kind, []))[1]
            values += [given["value"]] if given.get("value") else []
            self._select = name if tag == "select" else ""


@dataclass
class Answers:
    """What happened to all that was sent."""

    sent: int = 0
    forms: int = 0
    broken: list[str] = field(default_factory=list)
    reflected: list[str] = field(default_factory=list)


@contextmanager
def remembering_errors() -> Iterator[list[str]]:
    """Where the product broke, as `file:line kind`."""
    kept: list[str] = []

    def keep(sender, **kwargs):
        kind, error, trace = sys.exc_info()
        last = [f for f in traceback.extract_tb(trace) if "site-packages" not in f.filename][-1]
        kept.append(f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno} {kind.__name__} {str(error)[:90]!r}")

    got_request_exception.connect(keep, weak=False)
    try:
        yield kept
    finally:
        got_request_exception.disconnect(keep)


class Visitor:
    """One person's hostile browser. Whatever it sends is rolled back, so that each page stays as it was."""

    def __init__(self, person: str, answers: Answers):
        self.person, self.answers = person, answers
        self.client = Client(raise_request_exception=False)
        self.client.force_login(User.objects.get(username=person))

    def forms_at(self, address: str) -> list[Form] | None:
        """The forms of a page, or None where the page is not hers."""
        response = self.client.get(address)
        if response.status_code != 200:
            return None
        found = [form for form in Forms(response.content.decode(errors="replace")).found if form.fields]
        for form in found:
            form.action = form.action if form.action.startswith("/") else address
        return [form for form in found if not form.action.startswith("/accounts/")]

    def abuse(self, form: Form, turn: int, *, most: int) -> None:
        """A bad text in every field at once, in one field while the others stay as they were, and fields left out; `most` of each."""
        self.answers.forms += 1
        names = list(form.fields)
        for bad in _some(NASTY, turn, most):
            self.send(form, {name: [bad] for name in names})
        for at, name in enumerate(_some(names, turn, most)):
            self.send(form, form.plain | {name: [NASTY[(turn * 7 + at) % len(NASTY)]] * 2})
        for name in _some(names, turn, most // 3):
            self.send(form, {other: value for other, value in form.plain.items() if other != name})
        self.send(form, {})

    def send(self, form: Form, data: dict) -> None:
        """Send it, look at the answer, and take it back."""
        data = {name: [_sendable(value) for value in values] for name, values in data.items()}
        files = [name for name, (kind, _) in form.fields.items() if kind == "file"]
        for at, name in enumerate(files):
            data[name] = SimpleUploadedFile("a\u202e.xlsx", FILES[(self.answers.sent + at) % len(FILES)])
        with remembering_errors() as errors, transaction.atomic():
            method = self.client.post if form.method == "post" else self.client.get
            response = method(form.action, data)
            transaction.set_rollback(True)
        self._judge(form.action, response, errors)

    def open(self, address: str) -> None:
        """Open an address that no link leads to."""
        with remembering_errors() as errors, transaction.atomic():
            response = self.client.get(address)
            transaction.set_rollback(True)
        self._judge(address, response, errors)

    def _judge(self, address: str, response, errors: list[str]) -> None:
        self.answers.sent += 1
        if response.status_code >= 500 or errors:
            self.answers.broken.append(f"{self.person} {address} {errors}")
        body = response.content.decode(errors="replace")
        if SCRIPT in body or "alert" in " ".join(TITLE.findall(body)) or "evil.example" in response.get("Location", ""):
            self.answers.reflected.append(f"{self.person} {address}")


def _some(things: list, turn: int, most: int) -> list:
    """At most so many of them, others at each turn."""
    return [things[(turn + at) % len(things)] for at in range(min(most, len(things)))]


def _sendable(text: str) -> str | bytes:
    """As it travels: half a pair of surrogates has no place in UTF-8, so its bytes are sent as they would stand."""
    return text.encode("utf-8", "surrogatepass") if "\ud800" in text else text
