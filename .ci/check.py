"""Run every check of `make check`, also after one has failed; ends with 1 where any did."""

import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from casework import embedded, standalone  # noqa: E402

REAL = {
    "DEMO": "0",
    "SECRET_KEY": "only-for-this-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "roundtable.example",
    "SITE_ADDRESS": "https://roundtable.example",
}


def typed_folders() -> list[str]:
    """What mypy looks at: `files` of its section in pyproject.toml."""
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    files = settings.get("tool", {}).get("mypy", {}).get("files", [])
    return files.split(",") if isinstance(files, str) else files


def checks() -> dict[str, list[str]]:
    manage = [sys.executable, "manage.py"]
    return {
        "lint": ["ruff", "check", "."],
        "format": ["ruff", "format", "--check", "."],
        "import contracts": ["lint-imports", "--cache-dir", str(standalone.home_folder() / "cache" / "imports")],
        "types": ["mypy"] if typed_folders() else ["mypy", "casework/embedded.py"],
        "migrate": [*manage, "migrate", "--verbosity", "0"],
        "deployment": [*manage, "check", "--deploy", "--fail-level", "WARNING", "--database", "default"],
        "missing migrations": [*manage, "makemigrations", "--check", "--dry-run"],
    }


def run(title: str, command: list[str]) -> bool:
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
    verdict = "failed" if done.returncode else "passed"
    sys.stdout.write(f"{title}: {verdict} ({time.monotonic() - begun:.1f} s)\n")
    if done.returncode:
        sys.stdout.write(done.stdout + done.stderr)
    sys.stdout.flush()
    return done.returncode == 0


def main() -> None:
    home = standalone.home_folder()
    with embedded.throwaway(home / "tests") as server:
        keys = server.home / "field.keys"
        standalone.private_file(keys, standalone.new_field_key)
        os.environ.update(REAL, DATABASE_URL=server.url("rt_app"), FIELD_KEYS_FILE=str(keys))
        results = [run(title, command) for title, command in checks().items()]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
