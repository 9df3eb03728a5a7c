"""Every address of the product. Each module of pages lists its own; a kind of panel adds its folder."""

from django.urls import include, path, re_path

from casework.views import (
    actions,
    agreements,
    auditing,
    cases,
    circulation,
    conflicts,
    decisions,
    elsewhere,
    emergency,
    errors,
    explain,
    grants,
    home,
    imports,
    interventions,
    meetings,
    onward,
    outward,
    packs,
    powers,
    referrals,
    register,
    research,
    reviews,
    safe,
    sealing,
    search,
)

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

# What a library offers and nobody here needs: signing up, own e-mail addresses, and mailed ways around the password.
CLOSED = r"^accounts/(signup|email|confirm-email|login/code|password/reset|password/set)/"

urlpatterns = [
    re_path(CLOSED, errors.not_found, name="closed"),
    path("accounts/", include("allauth.account.urls")),
    *home.urls,
    *search.urls,
    *cases.urls,
    *conflicts.urls,
    *sealing.urls,
    *safe.urls,
    *outward.urls,
    *onward.urls,
    *decisions.urls,
    *register.urls,
    *emergency.urls,
    *explain.urls,
    *referrals.urls,
    *meetings.urls,
    *circulation.urls,
    *research.urls,
    *packs.urls,
    *actions.urls,
    *interventions.urls,
    *imports.urls,
    *auditing.urls,
    *agreements.urls,
    *powers.urls,
    *grants.urls,
    *elsewhere.urls,
    *reviews.urls,
    path("marac/", include("marac.urls")),
    path("asb/", include("asbpanel.urls")),
]
