"""Make this copy ready (virtual environment, packages, front-end assets), then run a command in it.

    python3.11 deploy/setup.py [--dev] [--no-assets] -- COMMAND…

Needs Python 3.11 and nothing else: `make demo`, `make test` and the other targets call it. Each step leaves a stamp
under ROUNDTABLE_HOME (default `.roundtable/`) that says what it was made from, so a step runs again only when that
changed. Whatever is written lies in that one folder; delete it to start afresh.
"""

import argparse
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("ROUNDTABLE_HOME") or PROJECT / ".roundtable").absolute()
VENV = HOME / "venv"
ASSETS = HOME / "assets"
BUILT = {"node_modules", "dist"}


class Broken(Exception):
    """A step failed; the text says what to do."""


def say(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()


def digest(*parts: object) -> str:
    """One value for everything that a step is made from: files by content, anything else by its text."""
    total = hashlib.sha256()
    for part in parts:
        total.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        total.update(b"\0")
    return total.hexdigest()


def stamp(name: str) -> Path:
    return HOME / "stamps" / name


def is_done(name: str, made_from: str) -> bool:
    with suppress(OSError):
        return stamp(name).read_text() == made_from
    return False


@contextmanager
def step(name: str, title: str, made_from: str):
    """Show `title` with its seconds, and leave the stamp when all went well."""
    stamp(name).unlink(missing_ok=True)
    (HOME / "logs" / f"{name}.log").write_text("")
    begun = time.monotonic()
    say(f"  {title} …", end="" if sys.stdout.isatty() else "\n")
    yield
    stamp(name).write_text(made_from)
    say(f"{chr(13) if sys.stdout.isatty() else ''}  {title}: {time.monotonic() - begun:.1f} s")


def run(name: str, command: list, hint: str, **options) -> None:
    """Run `command` with its output in the step's log; raises Broken with `hint` where it fails."""
    begun = time.monotonic()
    log_path = HOME / "logs" / f"{name}.log"
    with log_path.open("a") as log:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment(),
            **options,
        )
        try:
            while process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(1 if sys.stdout.isatty() else 15)
                    break
                show_waiting(name, time.monotonic() - begun)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
    if process.returncode:
        raise Broken(f"{hint} The whole log: {log_path}")


def show_waiting(name: str, seconds: float) -> None:
    if sys.stdout.isatty():
        say(f"\r  {name}: {seconds:.0f} s …", end="")
    else:
        say(f"    still at it after {seconds:.0f} s")


def environment() -> dict:
    """The environment of every step and of the command: our virtual environment first, caches inside our folder."""
    return os.environ | {
        "ROUNDTABLE_HOME": str(HOME),
        "VIRTUAL_ENV": str(VENV),
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "npm_config_cache": str(HOME / "cache" / "npm"),
        "PYTHONPYCACHEPREFIX": str(HOME / "cache" / "python"),
        "RUFF_CACHE_DIR": str(HOME / "cache" / "ruff"),
        "MYPY_CACHE_DIR": str(HOME / "cache" / "mypy"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(HOME / "cache" / "hypothesis"),
        "npm_config_update_notifier": "false",
        "npm_config_fund": "false",
        "npm_config_audit": "false",
    }


def make_venv() -> None:
    made_from = digest(sys.version, sys.base_prefix, str(VENV))
    if is_done("venv", made_from) and (VENV / "bin" / "python").exists():
        return
    for name in ("venv", "packages", "packages-dev"):
        stamp(name).unlink(missing_ok=True)
    with step("venv", "Making a virtual environment", made_from):
        shutil.rmtree(VENV, ignore_errors=True)
        hint = "Python's own venv module failed: on Debian and Ubuntu, `apt-get install python3.11-venv` and run this again."
        run("venv", [sys.executable, "-m", "venv", VENV], hint)


def install_packages(dev: bool) -> None:
    name = "packages-dev" if dev else "packages"
    lock = PROJECT / ("requirements-dev.lock" if dev else "requirements.lock")
    made_from = digest(lock)
    if is_done(name, made_from):
        return
    stamp("packages").unlink(missing_ok=True)
    with step(
        name, "Installing the Python packages for development" if dev else "Installing the Python packages", made_from
    ):
        pip = [VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", lock]
        run(
            name,
            pip,
            "pip could not install the packages: see that this machine reaches its package index, and run this again.",
        )
    if dev:
        stamp("packages").write_text(digest(PROJECT / "requirements.lock"))


def build_assets() -> None:
    """Copy assets/ into our folder, install what its lock names, build. Node comes from the virtual environment."""
    source = PROJECT / "assets"
    if not (source / "package-lock.json").exists():
        return
    files = sorted(p for p in source.rglob("*") if p.is_file() and not BUILT & set(p.relative_to(source).parts))
    made_from = digest(*(part for p in files for part in (str(p.relative_to(source)), p)))
    if is_done("assets", made_from) and (ASSETS / "dist").is_dir():
        return
    lock = digest(source / "package-lock.json", source / "package.json")
    npm = VENV / "bin" / "npm"
    with step("assets", "Building styles, script and fonts", made_from):
        copy_sources(source, files)
        if not (is_done("npm", lock) and (ASSETS / "node_modules").is_dir()):
            stamp("npm").unlink(missing_ok=True)
            hint = "npm could not fetch the front-end packages: see that this machine reaches its npm registry, and run this again."
            run("assets", [npm, "ci", "--legacy-peer-deps", "--ignore-scripts"], hint, cwd=ASSETS)
            stamp("npm").write_text(lock)
        shutil.rmtree(ASSETS / "dist", ignore_errors=True)
        run("assets", [npm, "run", "build"], "The front-end build failed: its log names the file.", cwd=ASSETS)


def copy_sources(source: Path, files: list) -> None:
    """Make ASSETS hold exactly `files`, beside what npm and the build put there."""
    ASSETS.mkdir(exist_ok=True)
    for old in ASSETS.iterdir():
        if old.name not in BUILT:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for path in files:
        target = ASSETS / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


@contextmanager
def one_at_a_time():
    """Wait while another `make` sets up the same copy."""
    with (HOME / "setup.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("  Another set-up of this copy is under way; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def set_up(dev: bool, assets: bool) -> None:
    if sys.version_info < (3, 11):
        raise Broken("Python 3.11 or newer is needed: name it, as in `make demo PYTHON=/usr/bin/python3.11`.")
    for folder in ("logs", "stamps"):
        (HOME / folder).mkdir(parents=True, exist_ok=True)
    (HOME / ".gitignore").write_text("*\n")
    with one_at_a_time():
        make_venv()
        install_packages(dev)
        if assets:
            build_assets()


def end_with_make() -> None:
    """On Linux: where `make` is killed, the command it started is told to end."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also what tests and checks need")
    parser.add_argument("--no-assets", action="store_true", help="leave the front-end assets alone")
    parser.add_argument("command", nargs="*", help="what to run then, found in the virtual environment first")
    options = parser.parse_args()
    begun = time.time()
    end_with_make()
    try:
        set_up(options.dev, not options.no_assets)
    except Broken as error:
        sys.exit(f"\nSet-up stopped. {error}")
    except OSError as error:
        sys.exit(f"\nSet-up stopped: {error.strerror}: {error.filename}")
    except KeyboardInterrupt:
        sys.exit("\nSet-up was interrupted; run it again to go on.")
    if options.command:
        os.environ.update(environment(), ROUNDTABLE_STARTED=str(begun))
        os.chdir(PROJECT)
        os.execvp(options.command[0], options.command)


if __name__ == "__main__":
    main()
