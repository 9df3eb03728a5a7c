"""Mutants that no test can tell from the code, by name, each with the reason. They don't count as killable."""

LEAST = "The least that a grant reaches is 1 (`Depth.IDENTITY`), so asking for 0 asks for the same."

EQUIVALENT: dict[str, str] = dict.fromkeys(
    (
        "scope.held_by_office: 1 → 0",
        "scope.chaired: 1 → 0",
        "scope.not_kept_out: 1 → 0",
        "scope.lambda: 1 → 0",
        "scope.module: 1 → 0",
        "scope.module: 1 → 0 #2",
        "scope.module: 1 → 0 #3",
        "scope.module: 1 → 0 #4",
        "scope.module: 1 → 0 #5",
        "scope.module: 1 → 0 #6",
        "probes.reads_sealed: 1 → 0",
    ),
    LEAST,
)
