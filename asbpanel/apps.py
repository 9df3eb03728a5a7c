"""The ASB panel: what a panel for anti-social behaviour does differently."""

from django.apps import AppConfig


class AsbPanelConfig(AppConfig):
    name = "asbpanel"
    default_auto_field = "django.db.models.BigAutoField"
