"""Who is who, and what repeats: pure functions over plain records, with a score and its reasons.

Nothing here reads a database, and nothing here merges people: the result is a proposal for a human decision.
"""
