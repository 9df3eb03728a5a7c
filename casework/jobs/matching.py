"""The repeat and identity check as a job."""

from audit.actors import SystemActor
from casework.commands.matching import check_referral
from casework.commands.queue import job


@job("matching.check")
def check(*, by: SystemActor, referral_id: int) -> dict:
    """Check one referral against its panel's earlier ones; how many matches were proposed."""
    return {"proposed": check_referral(referral_id=referral_id, asked_by_id=by.asked_by_id)}
