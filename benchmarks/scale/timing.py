"""Arms that take turns, and what they took."""

import statistics
import time
from collections.abc import Callable


def taking_turns(arms: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median milliseconds of each arm; the arms take turns, in an order that rotates."""
    names, spent = list(arms), {name: [] for name in arms}
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            begun = time.perf_counter()
            arms[name]()
            spent[name].append((time.perf_counter() - begun) * 1000)
    return {name: round(statistics.median(times), 2) for name, times in spent.items()}
