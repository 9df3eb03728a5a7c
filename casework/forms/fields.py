"""The names that a form needs, in one place."""

from casework.forms.base import NOT_KNOWN, KitForm, KitMixin, KitModelForm, with_not_known
from casework.forms.dates import PartialDateField, UKDateField
from casework.forms.text import (
    CleanCharField,
    PersonNameField,
    PhoneField,
    PostcodeField,
    normalise,
    normalise_phone,
    normalise_postcode,
    refuse_unprintable,
)
from casework.forms.values import PartialDate
from casework.forms.widgets import Checkboxes, CleanTextarea, CleanTextInput, DateBoxes, Radios

__all__ = [
    "NOT_KNOWN",
    "Checkboxes",
    "CleanCharField",
    "CleanTextInput",
    "CleanTextarea",
    "DateBoxes",
    "KitForm",
    "KitMixin",
    "KitModelForm",
    "PartialDate",
    "PartialDateField",
    "PersonNameField",
    "PhoneField",
    "PostcodeField",
    "Radios",
    "UKDateField",
    "normalise",
    "normalise_phone",
    "normalise_postcode",
    "refuse_unprintable",
    "with_not_known",
]
