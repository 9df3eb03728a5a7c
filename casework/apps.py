"""Casework: people, cases, meetings, actions, and who may see what."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CaseworkConfig(AppConfig):
    name = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import checks, commands, signals  # noqa: F401, PLC0415 -- registers checks and receivers once apps are ready

        for module in iter_modules(commands.__path__):
            import_module(f"casework.commands.{module.name}")  # each names its events
        autodiscover_modules("panel", "commands")
