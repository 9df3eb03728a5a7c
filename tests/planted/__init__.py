"""Leaks planted in the product's code, one at a time: each must turn a named test red. `python -m tests.planted`."""
