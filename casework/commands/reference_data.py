"""Loading what the product knows from its own files: instruments, legal gateways, the repeat rule. Run after every migration.

Files are versioned with the code; a row that an area has changed is left alone unless the file changed it too.
"""

import json
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from audit import event_types
from audit.actors import SystemActor
from audit.recorder import recording
from casework.models import InstrumentVersion, LegalCondition, LegalGateway, RepeatRule, RiskInstrument
from casework.risk.scoring import check_content

event_types.register(reference_loaded="loaded reference data")
DATA = Path(settings.BASE_DIR) / "casework" / "data"
DATES = ("in_force_from", "in_force_to", "verified_on")
Loader = Callable[[Path, str], int]
_loaders: list[Loader] = []


def loader(function: Loader) -> Loader:
    """Decorator: the function loads one kind of file; it takes the data folder and the database alias, and counts what it wrote."""
    _loaders.append(function)
    return function


def load_reference_data(*, using: str = "owner", folder: Path = DATA) -> int:
    """Bring the reference tables up to the files; the number of rows written. A second run writes none."""
    with recording(by=SystemActor("reference data"), event="reference.loaded", using=using) as record:
        written = sum(load(folder, using) for load in _loaders)
        record.details["rows"] = written
    return written


def put(model, using: str, find: dict, values: dict) -> int:
    """Insert the row that `find` names, or bring it to `values`; 0 where it is so already."""
    row = model.objects.using(using).filter(**find).first()
    if row is None:
        model(**find, **values).save()
        return 1
    if all(_same(getattr(row, name), value) for name, value in values.items()):
        return 0
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return 1


def _same(stored, value) -> bool:
    return stored.isoformat() == value if hasattr(stored, "isoformat") else stored == value


def _dated(entry: dict) -> dict:
    return {name: entry.get(name) for name in DATES} | {"source": entry["source"]}


@loader
def load_instruments(folder: Path, using: str) -> int:
    """Every file in instruments/. A version once loaded keeps its content: assessments refer to it."""
    written = 0
    for path in sorted((folder / "instruments").glob("*.json")):
        content = json.loads(path.read_text())
        check_content(content)
        written += put(RiskInstrument, using, {"key": content["key"]}, {"title": content["title"]})
        instrument = RiskInstrument.objects.using(using).get(key=content["key"])
        body = {name: content[name] for name in ("title", "answers", "sections", "scales") if name in content}
        written += put(
            InstrumentVersion,
            using,
            {"instrument": instrument, "number": content["number"]},
            {"content": body} | _dated(content),
        )
    return written


@loader
def load_gateways(folder: Path, using: str) -> int:
    """The catalogue of powers. What a partnership says of a power is a `GatewaySetting`, which no file touches."""
    return _load_catalogue(LegalGateway, folder / "gateways.json", using)


@loader
def load_conditions(folder: Path, using: str) -> int:
    """The lawful bases with the conditions that go with them."""
    return _load_catalogue(LegalCondition, folder / "conditions.json", using)


def _load_catalogue(model, path: Path, using: str) -> int:
    written = 0
    for entry in json.loads(path.read_text()):
        values = {name: value for name, value in entry.items() if name != "code"}
        written += put(model, using, {"code": entry["code"]}, values)
    return written


@loader
def load_repeat_rules(folder: Path, using: str) -> int:
    """The rule of each panel kind. A panel's own rule is a row with `panel`, which no file holds."""
    written = 0
    for entry in json.loads((folder / "repeat_rules.json").read_text()):
        find = {"panel_kind": entry["panel_kind"], "panel": None, "in_force_from": entry["in_force_from"]}
        values = {
            name: entry[name]
            for name in ("months", "anchor", "same_perpetrator", "in_force_to", "source", "verified_on")
        }
        written += put(RepeatRule, using, find, values)
    return written
