"""Opens every address as everybody and tells where a word stands that its reader may not read."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.test import Client
from pypdf import PdfReader

from casework.models import User
from tests.crawl.canaries import Canary
from tests.crawl.judge import Judge
from tests.world import World

WORD = re.compile(r"CNRY\d{5}X")
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True)
class Leak:
    """A word where it must not stand."""

    person: str
    address: str
    where: str
    model: str
    field: str


@dataclass
class Found:
    """What a crawl saw."""

    probes: int = 0
    leaks: list[Leak] = field(default_factory=list)
    errors: list[tuple[str, str, int]] = field(default_factory=list)
    shown: dict[str, set[str]] = field(default_factory=dict)
    open_to: dict[str, set[str]] = field(default_factory=dict)


class Crawler:
    """One world's crawler."""

    def __init__(self, canaries: dict[str, Canary], judge: Judge, world: World):
        self.canaries, self.judge, self.world = canaries, judge, world

    def crawl(self, people: Iterable[str], addresses: Iterable[str], method: str = "get", each: int = 1) -> Found:
        """Every person × every address; with `each` above one, that part of the addresses for each person, another for the next."""
        found, addresses = Found(), list(addresses)
        for number, person in enumerate(people):
            client = Client(raise_request_exception=False)
            client.force_login(User.objects.get(username=person))
            for address in addresses[number % each :: each]:
                self._probe(client, person, address, method, found)
        return found

    def _probe(self, client: Client, person: str, address: str, method: str, found: Found) -> None:
        response = getattr(client, method)(address)
        found.probes += 1
        if response.status_code >= 500:
            found.errors.append((person, address, response.status_code))
        if response.status_code < 400:
            found.open_to.setdefault(address, set()).add(person)
        self.look(response, person, address, found)

    def look(self, response, person: str, address: str, found: Found) -> None:
        """Note each word of an answer: where its reader may not read it, and what she was shown."""
        body = _text(response)
        title = " ".join(TITLE.findall(body))
        for where, text in (("title", title), ("headers", str(response.headers)), ("body", body)):
            for word in set(WORD.findall(text)):
                canary = self.canaries.get(word)
                if canary is None:
                    continue
                if where != "body" or person not in self.judge.readers(canary):
                    found.leaks.append(Leak(person, address, where, canary.model, canary.field))
                else:
                    found.shown.setdefault(person, set()).add(word)


def _text(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"%PDF"):
        try:
            reader = PdfReader(io.BytesIO(content))
            return " ".join([str(reader.metadata), *(page.extract_text() for page in reader.pages)])
        except Exception:  # noqa: BLE001 -- a broken file holds no readable word
            return ""
    return content.decode(errors="replace")
