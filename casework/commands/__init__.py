"""How things change. One intention, one command: keyword-only arguments, `by` required, one recording."""
