"""A third kind of panel that lives in the tests alone: what two kinds happen to share is not a promise."""
