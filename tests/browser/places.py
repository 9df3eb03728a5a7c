"""Every kind of page that somebody reaches by following links from the home, found by following them."""

import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass

from django.test import Client
from django.urls import Resolver404, resolve

from casework.models import User

LINK = re.compile(r'href="(/[^"#]*)"')
PUBLIC = {"account_login": "/accounts/login/", "not_found": "/nowhere/"}
LEAVES = ("account_logout", "/static/")


@dataclass(frozen=True)
class Place:
    """One page: the name of its kind, its address, and somebody who may open it (nobody for a public one)."""

    name: str
    address: str
    person: str


def places(people: Iterable[str], most_of_a_kind: int = 1) -> list[Place]:
    """For each person, up to so many pages of each kind that she reaches; in the order of their names."""
    found = [Place(name, address, "") for name, address in PUBLIC.items()]
    for person in people:
        client = Client()
        client.force_login(User.objects.get(username=person))
        found += _reached(client, person, most_of_a_kind)
    return sorted(found, key=lambda place: (place.name, place.person, place.address))


def _reached(client: Client, person: str, most: int) -> list[Place]:
    waiting, seen, number, found = deque(["/"]), {"/"}, Counter(), []
    while waiting:
        address = waiting.popleft()
        name = _kind(address)
        if name is None or number[name] >= most:
            continue
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        number[name] += 1
        found.append(Place(name, address, person))
        for link in LINK.findall(answer.content.decode()):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return found


def _kind(address: str) -> str | None:
    if address.startswith(LEAVES):
        return None
    try:
        return resolve(address.partition("?")[0]).url_name
    except Resolver404:
        return None
