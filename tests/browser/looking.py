"""Looks at a page as it is drawn, wide and narrow: what axe finds, and whether it scrolls sideways."""

from django.conf import settings
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

AXE = settings.KIT_DIR.parent / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"wide": 1280, "narrow": 320}
FIND = """async () => (await axe.run({resultTypes: ['violations']})).violations.flatMap(
    v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')}`))"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def look_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open, one line each; [] where nothing is."""
    page.evaluate(AXE.read_text())
    found = []
    for width, pixels in WIDTHS.items():
        page.set_viewport_size({"width": pixels, "height": 900})
        found += [f"{name} {width} {line}" for line in page.evaluate(FIND)]
        if page.evaluate(OVERFLOW) > 0:
            found.append(f"{name} {width} scrolls sideways")
    page.set_viewport_size({"width": WIDTHS["wide"], "height": 900})
    return found


def kind_of(path: str) -> str:
    """The name of the address, without what fills it."""
    try:
        return resolve(path).url_name or path
    except Resolver404:
        return "not found"
