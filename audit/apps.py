"""The audit: who did, read, shared or was refused what, when, why. It knows nothing about cases and imports nobody."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"
