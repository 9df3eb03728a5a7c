"""Fonts for the tests that draw: those of the built kit, or the same families where the system carries them."""

from pathlib import Path

import pytest

SYSTEM = Path("/usr/share/fonts/truetype/noto")


@pytest.fixture(autouse=True)
def fonts(settings):
    """Skips, and says why, where no font can be found; `make assets` installs them."""
    if not (settings.FONT_DIR / "NotoSans-Regular.ttf").is_file():
        if not (SYSTEM / "NotoSans-Regular.ttf").is_file():
            pytest.skip("No fonts to draw with: run make assets.")
        settings.FONT_DIR = SYSTEM
