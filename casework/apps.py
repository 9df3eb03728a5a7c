"""Casework: people, cases, meetings, actions, and who may see what."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CaseworkConfig(AppConfig):
    name = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from casework import checks, commands, jobs, signals  # noqa: F401, PLC0415 -- registers checks and receivers once apps are ready

        for package in (commands, jobs):
            for module in iter_modules(package.__path__):
                import_module(f"{package.__name__}.{module.name}")  # each names its events, or registers its jobs
        autodiscover_modules("panel", "commands", "jobs")
