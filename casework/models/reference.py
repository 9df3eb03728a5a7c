"""Random references: what people say and type instead of a number that tells volume and order."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32
CHECKS = ALPHABET + "*~$=U"
_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_reference() -> str:
    """Seven random characters and a check character, for example 'H7K4-92QX' (about 34 billion values).

    References whose check character is not a letter or digit are drawn again, so that they can be typed anywhere.
    """
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(7))
        check = _check_character(body)
        if check in ALPHABET:
            return f"{body[:4]}-{body[4:]}{check}"


def normalise_reference(text: str) -> str | None:
    """The reference that somebody typed ('h7k492qx', with O for 0), or None where it cannot be one."""
    body = text.upper().replace("-", "").replace(" ", "").translate(_FORGIVEN)
    if len(body) != 8 or any(c not in ALPHABET for c in body) or _check_character(body[:7]) != body[7]:
        return None
    return f"{body[:4]}-{body[4:]}"


def _check_character(body: str) -> str:
    number = 0
    for character in body:
        number = number * 32 + ALPHABET.index(character)
    return CHECKS[number % 37]
