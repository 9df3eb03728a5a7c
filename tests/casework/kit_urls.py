"""The addresses that the kit's own templates link to, leading nowhere."""

from django.http import HttpResponse
from django.urls import path

NAMES = ("search", "account_login", "account_logout", "account_change_password", "account_reauthenticate")

urlpatterns = [path(f"{name}/", lambda request: HttpResponse(), name=name) for name in NAMES]
