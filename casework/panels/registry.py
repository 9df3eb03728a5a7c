"""The register of panel kinds. A kind's `panel.py` registers itself at start-up; a second of the same name is refused."""

from casework.panels.base import PanelKind

_kinds: dict[str, PanelKind] = {}


class UnknownPanelKind(LookupError):
    """No plug-in of this name is installed."""


def register(kind: type[PanelKind]) -> type[PanelKind]:
    """Class decorator for a plug-in. Raises `ValueError` for a doubled name or a missing part."""
    plugin = kind()
    if plugin.kind in _kinds:
        raise ValueError(f"The panel kind {plugin.kind} is registered twice.")
    missing = [name for name in PanelKind.PROMISES if not getattr(plugin, name, None)]
    if missing:
        raise ValueError(f"The panel kind {plugin.kind} lacks {', '.join(missing)}.")
    _kinds[plugin.kind] = plugin
    return kind


def panel_kind(name: str) -> PanelKind:
    """The plug-in of this name; raises `UnknownPanelKind`."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownPanelKind(name) from None


def panel_kinds() -> list[PanelKind]:
    """All plug-ins, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
