"""Two worlds that differ only in what the viewer may not see: every answer must be the same."""
