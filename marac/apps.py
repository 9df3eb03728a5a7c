"""The MARAC: what a panel for high-risk domestic abuse does differently."""

from django.apps import AppConfig


class MaracConfig(AppConfig):
    name = "marac"
    default_auto_field = "django.db.models.BigAutoField"
