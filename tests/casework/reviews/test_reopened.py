"""The demo starts after a long pause: its people work there again, and whoever was ended by hand does not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.access.viewer import NoMembership, acting
from casework.commands.members import end_membership
from casework.demo.grants import SILENT, reopen_people
from casework.models import AccessReview, Membership, User
from tests.world import arranging

LONG_AGO = timedelta(days=400)


def test_the_demo_s_people_come_back_after_a_pause(people):
    with acting(people.users["paul"]) as by:
        end_membership(by=by, membership=people.memberships["dan"], on=timezone.localdate())
    long_ago = timezone.now() - LONG_AGO
    with acting(people.users["grace"]) as by, arranging(by):
        review = AccessReview(
            agency=people.agencies["harbourne-homes"], opened_on=long_ago.date(), due_on=long_ago.date()
        )
        review.save()
        for membership in Membership.objects.exclude(user__username="dan"):
            membership.ends_at = timezone.now() - timedelta(hours=1)
            membership.save()
        User.objects.create_user(SILENT, None, display_name="Silent", woken_at=long_ago)
        User.objects.update(woken_at=long_ago, last_login=long_ago)
    with pytest.raises(NoMembership), acting(people.users["tess"]):
        pass
    reopen_people()
    for username in ("tess", "grace", "ines", "lena"):
        with acting(User.objects.get(username=username)) as by:
            assert by.actor_name == username
    with pytest.raises(NoMembership), acting(User.objects.get(username="dan")):
        pass
    assert User.objects.get(username=SILENT).is_silent(timezone.now())
    assert AccessReview.objects.get(pk=review.pk).due_on > timezone.localdate()
