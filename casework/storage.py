"""Encryption of single fields: AES-256-GCM, bound to table, column and row, with the key in a file outside the database."""

import base64
import hmac
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from casework.standalone import new_field_key, private_file

VERSION = 1


class CannotDecrypt(RuntimeError):
    """The bytes were not written for this field by any key we hold."""


@lru_cache
def _keys(path: Path) -> dict[int, bytes]:
    try:
        lines = path.read_text().split()
    except OSError as error:
        raise ImproperlyConfigured("FIELD_KEYS_FILE cannot be read; `manage.py make_keys` writes a new one.") from error
    return {int(number): base64.b64decode(key) for number, key in (line.split(":", 1) for line in lines)}


def make_keys(path: Path) -> None:
    """Write a new key file (0600) unless there is one. One line a key: `number:base64`; the highest number encrypts."""
    private_file(path, new_field_key)


def encrypt(plain: bytes, *, bound_to: str) -> bytes:
    """Encrypt; `bound_to` names table, column and row ('casework_safeaddress.lines:7f…'), so the bytes work nowhere else."""
    keys = _keys(settings.FIELD_KEYS_FILE)
    number = max(keys)
    nonce = secrets.token_bytes(12)
    head = bytes([VERSION, number])
    return head + nonce + AESGCM(keys[number]).encrypt(nonce, plain, head + bound_to.encode())


def decrypt(data: bytes, *, bound_to: str) -> bytes:
    """The plain bytes. Raises `CannotDecrypt` for another row's bytes, changed bytes, or a key that is not held."""
    data = bytes(data)
    head, nonce, body = data[:2], data[2:14], data[14:]
    key = _keys(settings.FIELD_KEYS_FILE).get(head[1] if len(head) == 2 and head[0] == VERSION else -1)
    if key is None:
        raise CannotDecrypt("No key for this field.")
    try:
        return AESGCM(key).decrypt(nonce, body, head + bound_to.encode())
    except InvalidTag as error:
        raise CannotDecrypt("The field does not belong to this row, or was changed.") from error


def digest_key(label: str) -> bytes:
    """A key for digests of one purpose, derived from the oldest field key: a new key for encryption leaves it as it is.

    The oldest line of the key file has to stay, also when nothing is encrypted with it any more.
    """
    keys = _keys(settings.FIELD_KEYS_FILE)
    return hmac.new(keys[min(keys)], label.encode(), "sha256").digest()
