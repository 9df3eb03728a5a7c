"""Addresses of this kind of panel."""

from asbpanel.views import urls

urlpatterns = urls
