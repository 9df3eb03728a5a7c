"""The fonts that drawing needs, as for the packs."""

from tests.casework.packs.conftest import fonts  # noqa: F401
