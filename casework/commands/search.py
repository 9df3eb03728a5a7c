"""Keeping what somebody searched for, so that its results have an address that says nothing."""

from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from casework.access.scope import one_or_404, visible
from casework.access.viewer import Viewer
from casework.models import Search

KEPT = timedelta(hours=12)


def _digest(session_key: str) -> str:
    return salted_hmac("casework.search", session_key, algorithm="sha256").hexdigest()


def keep_search(*, by: Viewer, text: str, session_key: str) -> str:
    """Store the text encrypted for this person and session; returns the token that stands in the address."""
    search = Search(user_id=by.user_id, session_digest=_digest(session_key))
    search.hide(text)
    search.save(force_insert=True)
    return search.token


def kept_search(*, by: Viewer, token: str, session_key: str) -> str:
    """The text again. 404 for anybody else, for another session, and after half a day."""
    rows = visible(by, Search).filter(made_at__gt=timezone.now() - KEPT)
    return one_or_404(rows, token=token, session_digest=_digest(session_key)).reveal()
