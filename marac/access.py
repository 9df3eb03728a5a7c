"""Who may see what a MARAC records beside referrals and cases."""

from casework.access.scope import of_referral, own_agency_in_case_or_referral, register
from marac.models import AdviserContact, MaracReferral

register(MaracReferral, of_referral(), "Who may read the referral.")
register(
    AdviserContact,
    own_agency_in_case_or_referral(3),
    "The IDVA service that made the contact, while it may see the case or referral.",
)
