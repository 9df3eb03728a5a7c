"""`python -m benchmarks.mutants`."""

import sys

from benchmarks.mutants.running import main

if __name__ == "__main__":
    sys.exit(main())
