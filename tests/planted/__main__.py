"""`python -m tests.planted [NAME …]`: plant each leak in a copy of the tree, and see its test turn red.

Prints a table; exit 1 where a leak stays green, or where its test doesn't pass without the leak.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.planted.leaks import LEAKS, Leak
from tests.planted.planting import Outcome, Server, copy_tree, migrated_as, planted, run_tests


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
        tree = copy_tree(Path(folder) / "tree")
        with Server(Path(folder) / "home") as server:
            before = run_tests(tree, server, dict.fromkeys(leak.test for leak in leaks), first_only=False)
            return [leak.name for leak in leaks if not _is_noticed(leak, before, tree, server, say)]


def _is_noticed(leak: Leak, before: Outcome, tree: Path, server: Server, say: Callable[[str], None]) -> bool:
    with planted(tree, leak):
        after = run_tests(tree, server, [leak.test], migrated=migrated_as(leak))
    clean, red = before.of(leak.test), after.of(leak.test)
    say(f"| {leak.name} | {leak.what} | `{leak.test}` | {clean} | {red} | {after.seconds:.0f} |")
    return (clean, red) == ("passed", "failed")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
