"""Mutants that no test can tell from the code, by name, each with the reason. They don't count as killable."""

EQUIVALENT: dict[str, str] = {}
