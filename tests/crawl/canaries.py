"""A secret word in every text field above `internal`, so that whatever leaks can be told by row and field."""

import json
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from casework import storage
from casework.models.base import PERSONAL, SAFE_ADDRESS, SOURCE_IDENTITY, SPECIAL
from tests.emptied import owner_connection

SECRET_LEVELS = (PERSONAL, SPECIAL, SAFE_ADDRESS, SOURCE_IDENTITY)
# Professionals' names stand beside what they did; words for the search repeat the names; uploads are read by nothing.
LEFT_ALONE = {
    "user", "partyword", "partypair", "nameword", "search", "importfile", "packdocument", "eventreason", "attendance",
}  # fmt: skip
BOUND_TO = {
    "safeaddress": "casework_safeaddress.secret:{}",
    "safecontact": "casework_safecontact.secret:{}",
    "reportsource": "source:{}",
    "itemsource": "itemsource:{}",
    "connection": "connection:{}",
}
# What is encrypted, where it is more than one text
SHAPES = {"reportsource": '["{0}", "{0}"]', "connection": '["{0}", "{0}", ""]'}


@dataclass(frozen=True)
class Canary:
    """Where a word was put: the model, the row, the field, its sensitivity, and the case or referral that the row belongs to."""

    word: str
    model: str
    pk: int
    field: str
    level: str
    case_id: int | None
    referral_id: int | None


def plant() -> dict[str, Canary]:
    """Overwrite every such field, as the owner, in committed rows. Returns the words. Must run outside a test's transaction."""
    found: dict[str, Canary] = {}
    connection = owner_connection()
    connection.autocommit = True
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if (
                hasattr(model, "sensitivity")
                and model._meta.model_name not in LEFT_ALONE
                and not model.__name__.startswith("Historical")
            ):
                _plant_model(cursor, model, found)
        _plant_packs(cursor, found)
    connection.close()
    return found


def _plant_packs(cursor, found: dict[str, Canary]) -> None:
    """A word inside each frozen pack: its recipient's alone."""
    cursor.execute("SELECT pack_id, seal, content FROM casework_packdocument")
    for pk, seal, content in cursor.fetchall():
        word, bound_to = f"CNRY{len(found):05d}X", f"pack.content:{seal}"
        pack = json.loads(storage.decrypt(content, bound_to=bound_to))
        pack["pack"]["handling_line"] = word
        sealed = storage.encrypt(json.dumps(pack, sort_keys=True, separators=(",", ":")).encode(), bound_to=bound_to)
        cursor.execute("UPDATE casework_packdocument SET content = %s WHERE pack_id = %s", [sealed, pk])
        found[word] = Canary(word, "packdocument", pk, "content", SPECIAL, None, None)


def _plant_model(cursor, model: type[models.Model], found: dict[str, Canary]) -> None:
    table, columns = model._meta.db_table, {f.column for f in model._meta.concrete_fields}
    where = [c if c in columns else "NULL" for c in ("case_id", "referral_id")]
    if model._meta.model_name == "case":
        where[0] = "id"
    if model._meta.model_name == "referral":
        where[1] = "id"
    seal = "seal" if "seal" in columns else "NULL"
    cursor.execute(f"SELECT {model._meta.pk.column}, {where[0]}, {where[1]}, {seal} FROM {table}")
    for pk, case_id, referral_id, bound in cursor.fetchall():
        for field in model._meta.concrete_fields:
            level = model.sensitivity.get(field.name)
            if level in SECRET_LEVELS:
                word = f"CNRY{len(found):05d}X"
                value = _value(field, word, model._meta.model_name, bound)
                if value is not None and _write(cursor, table, model._meta.pk.column, pk, field.column, value):
                    found[word] = Canary(word, model._meta.model_name, pk, field.name, level, case_id, referral_id)


def _value(field: models.Field, word: str, model: str, seal: str | None):
    if isinstance(field, models.BinaryField) and model in BOUND_TO:
        text = SHAPES.get(model, "{0}").format(word)
        return storage.encrypt(text.encode(), bound_to=BOUND_TO[model].format(seal))
    if isinstance(field, models.JSONField):
        return f'{{"note": "{word}"}}'
    if (
        isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and (field.max_length or 99) >= len(word)
    ):
        return word
    return None


def _write(cursor, table: str, key: str, pk: int, column: str, value) -> bool:
    """False where a constraint refuses the word: a field that must stay empty holds no secret."""
    cursor.execute(f"SELECT {column} IS NOT NULL FROM {table} WHERE {key} = %s", [pk])
    try:
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [value, pk])
    except Exception as error:
        if "violates check constraint" not in str(error):
            raise
        return False
    return True
