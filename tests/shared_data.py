"""The data to try on that lies beside the project; tests that need it are skipped with a reason where it is absent."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def shared_file(*parts: str) -> Path:
    """A file of the shared folder (`ROUNDTABLE_SHARED`, else the sibling folder `shared`); skips the test without it."""
    root = Path(os.environ.get("ROUNDTABLE_SHARED", PROJECT.parent / "shared"))
    path = root.joinpath("data", *parts)
    if not path.exists():
        pytest.skip(
            f"the shared data file {path.name} is not at hand; set ROUNDTABLE_SHARED to the folder that holds data/"
        )
    return path
