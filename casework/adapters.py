"""What we change in allauth: nobody signs up by herself, and nobody comes back after a long silence by herself."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from audit.actors import SystemActor
from audit.recorder import record_event
from casework.models import Membership, User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator, and opened again after silence by who answers for the agency."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse | None:
        """Called with the right password, before anything is written: signing in would itself end the silence."""
        answer = super().pre_login(request, user, **kwargs)
        if answer is not None or not user.is_silent(timezone.now()):
            return answer
        _record_refusal(user)
        request.session.flush()
        return render(request, "casework/reviews/silent.html", {"title": "Your account is closed"}, status=403)


def _record_refusal(user: User) -> None:
    """One event for each partnership in which the person has a membership."""
    rows = Membership.objects.live().filter(user=user).order_by("agency__partnership_id", "pk")
    for partnership, agency in dict(rows.values_list("agency__partnership_id", "agency_id")).items():
        by = SystemActor("signing in", asked_by_id=user.pk, partnership_id=partnership, agency_id=agency)
        record_event(by=by, event="account.silent", subject=f"user {user.pk}", refused=True)
