"""The register of event names. A name is a noun and what happened to it; the sentence for a reader is made when shown."""

_sentences: dict[str, str] = {}


def register(**sentences: str) -> None:
    """Register events: `register(case_opened="opened the case")` makes the name 'case.opened' and its sentence.

    The first underscore becomes the dot. Raises `ValueError` for a name that is registered with another sentence.
    """
    for key, sentence in sentences.items():
        name = key.replace("_", ".", 1)
        if _sentences.setdefault(name, sentence) != sentence:
            raise ValueError(f"The event {name} is registered twice.")


def check_registered(name: str) -> None:
    """Raise `LookupError` unless the name is registered."""
    if name not in _sentences:
        raise LookupError(f"The event {name} is not registered in audit.event_types.")


def sentence(name: str) -> str:
    """What a reader is told somebody did, for example 'opened the case'."""
    return _sentences.get(name, name)


def registered() -> dict[str, str]:
    """All names and sentences."""
    return dict(_sentences)


register(
    page_read="read",
    page_refused="was refused",
    person_signed_in="signed in",
    person_signed_out="signed out",
)
