"""Drawing: plain dataclasses in, bytes out. Nothing here reads the database or knows who is looking.

`content` holds the shapes, `text` and `fonts` make any text safe and printable, `pack` draws the paper twin of a
meeting pack, `protect` puts a passphrase on it. What a recipient may not see never reaches this package.
"""
