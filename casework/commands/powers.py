"""What a partnership says of the powers to share: which it uses, and when their text was last checked."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from audit import event_types
from audit.recorder import recording
from casework.access.agreements import check_can_set_powers
from casework.access.policies import NotNow
from casework.access.viewer import Viewer
from casework.commands.locking import claim
from casework.models import GatewaySetting, LegalGateway

event_types.register(
    power_switched_on="switched a power to share on for the partnership",
    power_switched_off="switched a power to share off for the partnership",
    power_checked="recorded that the text of a power was checked",
)


def switch_power(
    *, by: Viewer, gateway: LegalGateway, is_on: bool, note: str, seen: int | None = None
) -> GatewaySetting:
    """Use a power in this partnership, or stop using it: offered, or not, from the next request on. Raises `NotNow`, `Stale`."""
    check_can_set_powers(by)
    if not note:
        raise ValidationError({"note": "Say why."})
    setting = _setting(by, gateway, seen)
    if setting.is_on == is_on:
        raise NotNow(f"This power is switched {'on' if is_on else 'off'} already.")
    event = "power.switched_on" if is_on else "power.switched_off"
    with recording(by=by, event=event, reason=note, details={"power": gateway.code}):
        setting.is_on, setting.note = is_on, note
        setting.save()
    return setting


def record_power_check(
    *, by: Viewer, gateway: LegalGateway, checked_on: date, seen: int | None = None
) -> GatewaySetting:
    """Record the day on which somebody read the law and found that the row says it rightly. Raises `ValidationError`, `Stale`."""
    check_can_set_powers(by)
    if checked_on > timezone.localdate():
        raise ValidationError({"checked_on": "The day of the check must not be in the future."})
    setting = _setting(by, gateway, seen)
    with recording(by=by, event="power.checked", details={"power": gateway.code}):
        setting.verified_on = checked_on
        setting.save()
    return setting


def _setting(by: Viewer, gateway: LegalGateway, seen: int | None) -> GatewaySetting:
    """The partnership's own row, locked; a new one says what the catalogue says."""
    LegalGateway.objects.select_for_update().get(pk=gateway.pk)  # two people who make the first row wait for each other
    found = GatewaySetting.objects.filter(partnership_id=by.partnership_id, gateway=gateway).first()
    if found is None:
        return GatewaySetting(partnership_id=by.partnership_id, gateway=gateway, is_on=gateway.is_offered)
    return claim(by, found, seen)
