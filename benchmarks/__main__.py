"""`make bench`: every benchmark in turn, each in a process of its own; ratios are measured inside one run."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run those named on the command line, or all."""
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("[a-z]*.py") if path.stem != "prove")
    failed = [
        name for name in names if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    ]
    if failed:
        sys.stderr.write(f"Failed: {', '.join(failed)}\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
