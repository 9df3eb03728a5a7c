"""`python -m tests.planted [NAME …]`: plant each leak in a copy of the tree, and see its test turn red.

Prints a table; exit 1 where a leak stays green, or where its test doesn't pass without the leak.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.planted.leaks import LEAKS, Leak
from tests.planted.planting import copy_tree, make_home, planted, run_tests


def main() -> int:
    """Run the leaks named on the command line, or all."""
    wanted = set(sys.argv[1:])
    chosen = [leak for leak in LEAKS if not wanted or leak.name in wanted]
    unknown = wanted - {leak.name for leak in LEAKS}
    if unknown:
        sys.stderr.write(f"No such leak: {', '.join(sorted(unknown))}\n")
        return 2
    green = try_all(chosen, _say)
    _say(f"{len(chosen) - len(green)} of {len(chosen)} planted leaks turned their test red")
    return bool(green)


def try_all(leaks: list[Leak], say: Callable[[str], None]) -> list[str]:
    """Tell `say` one line a leak, as a row of a table; returns the names of those that nothing noticed."""
    say("| leak | what it would do | test | without it | with it | seconds |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="rt-planted-") as folder:
        tree, home = copy_tree(Path(folder) / "tree"), make_home(Path(folder) / "home")
        before = run_tests(tree, home, dict.fromkeys(leak.test for leak in leaks), first_only=False)
        unnoticed = []
        for leak in leaks:
            with planted(tree, leak):
                after = run_tests(tree, home, [leak.test])
            clean, red = before.of(leak.test), after.of(leak.test)
            say(f"| {leak.name} | {leak.what} | `{leak.test}` | {clean} | {red} | {after.seconds:.0f} |")
            if (clean, red) != ("passed", "failed"):
                unnoticed.append(leak.name)
    return unnoticed


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
