"""What the rows of the catalogue don't say: which bodies are always public, and the words where a row has none of its own."""

from casework.access.gateways import PUBLIC_BODIES, reasons_against
from tests.casework.access.catalogue import body, disclosure, gateway


def test_who_is_always_a_public_authority():
    """Written out here, so that a type that is lost from the product's own list is missed."""
    assert sorted(PUBLIC_BODIES) == [
        "adult_social_care", "childrens_social_care", "council", "fire_rescue", "health_acute", "health_community", "health_primary",
        "housing_local_authority", "mental_health", "police", "probation", "youth_justice",
    ]  # fmt: skip


def test_a_row_without_words_of_its_own_still_says_why():
    row = gateway(recipient_types=["police"])
    assert reasons_against(row, **disclosure(recipients=[body("council")])) == [
        "A council's community safety team cannot receive under Test Act s.1 because it is not one of the bodies that may."
    ]
