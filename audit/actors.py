"""Who may stand behind a recorded change."""

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Anything that a recording can name: a signed-in person in one acting agency, or a named system actor."""

    actor_kind: str
    actor_name: str

    @property
    def actor_id(self) -> int | None: ...
    @property
    def agency_id(self) -> int | None: ...
    @property
    def partnership_id(self) -> int | None: ...
    @property
    def asked_by_id(self) -> int | None: ...


@dataclass(frozen=True)
class SystemActor:
    """Unattended work with a name, for example `SystemActor("matching", asked_by_id=7)`."""

    actor_name: str
    asked_by_id: int | None = None
    partnership_id: int | None = None
    agency_id: int | None = None
    actor_kind: str = "system"
    actor_id: None = None
