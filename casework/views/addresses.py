"""Every address of the product, with the rule that opens it: for the documentation, the audit's sentences and the tests."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from casework.views.rules import PageRule

# Addresses of signing in and of one's own account, which no rule guards. A test refuses any other.
PUBLIC = {
    "closed": "nothing: the addresses of the sign-in library that stand after it in this list and are not used here",
    "account_login": "signing in",
    "account_logout": "signing out",
    "account_reauthenticate": "asking for the password again",
    "account_inactive": "says that an account is closed",
    "account_signup": "says that nobody signs up",
    "account_change_password": "one's own password",
    "account_set_password": "one's own password",
    "account_reset_password": "one's own password, forgotten",
    "account_reset_password_done": "one's own password, forgotten",
    "account_reset_password_from_key": "one's own password, forgotten",
    "account_reset_password_from_key_done": "one's own password, forgotten",
    "account_email": "one's own e-mail address",
    "account_confirm_email": "one's own e-mail address",
    "account_email_verification_sent": "one's own e-mail address",
    "account_confirm_login_code": "signing in",
}


@dataclass(frozen=True)
class Address:
    """One address: its path, its name, its rule (None where it is public), its title."""

    path: str
    name: str
    rule: PageRule | None
    title: str


def addresses() -> list[Address]:
    """All addresses, in the order in which they are tried."""
    return list(_walk(get_resolver(), ""))


def page_titles() -> dict[str, str]:
    """The title of each page, by the name of its address."""
    return {one.name: one.title for one in addresses() if one.name and one.title}


def _walk(resolver: URLResolver, before: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, path)
        else:
            yield _address(entry, path)


def _address(entry: URLPattern, path: str) -> Address:
    view = getattr(entry.callback, "view_class", entry.callback)
    rule = getattr(view, "rule", None)
    return Address(
        f"/{path}", entry.name or "", rule if isinstance(rule, PageRule) else None, str(getattr(view, "title", ""))
    )
