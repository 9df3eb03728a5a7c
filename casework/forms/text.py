"""Text that people type: put into one normal form, and refused in words where it cannot be kept or printed.

What is refused: control characters other than line break and tab, lone halves of a surrogate pair, characters that
reverse the reading direction of what follows them, and characters that arrived damaged.
"""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError

from casework.forms.widgets import CleanTextarea, CleanTextInput

LINE_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
DAMAGED = re.compile("[\ud800-\udfff\ufffd-\uffff\ufdd0-\ufdef]")
INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp"}
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
PHONE = re.compile(r"[+0-9 ().\-]+")

REFUSALS = (
    (
        re.compile("\x00"),
        "nul",
        "{label} contains a NUL character (character {place}). Delete it and type that part again",
    ),
    (
        CONTROLS,
        "control",
        "{label} contains a control character that cannot be printed ({code}, character {place}). Delete it and type that part again",
    ),
    (
        DIRECTION,
        "direction",
        "{label} contains a hidden character that changes the reading direction ({code}, character {place}). Delete it and type that part again",
    ),
    (
        DAMAGED,
        "damaged",
        "{label} contains a character that arrived damaged (character {place}). Delete it and type that part again",
    ),
)


def normalise(text: str) -> str:
    """`text` in Unicode's composed form, with line feeds as its only line breaks."""
    return unicodedata.normalize("NFC", LINE_BREAKS.sub("\n", text))


def refuse_unprintable(text: str, label: str = "This answer") -> None:
    """Raises ValidationError naming the first character that cannot be kept, and where it stands (from 1)."""
    for pattern, code, message in REFUSALS:
        if found := pattern.search(text):
            name = f"U+{ord(found[0]):04X}"
            raise ValidationError(message.format(label=label, place=found.start() + 1, code=name), code=code)


def is_blank(text: str) -> bool:
    """Whether nothing in `text` would be visible."""
    return all(unicodedata.category(character) in INVISIBLE for character in text)


def normalise_postcode(text: str) -> str:
    """`hb1 2ab` as `HB1 2AB`; raises ValueError where it has not the shape of a postcode. No list of areas is consulted."""
    bare = re.sub(r"[\s.\-]", "", text).upper()
    if not (POSTCODE.fullmatch(bare) or bare == "GIR0AA"):
        raise ValueError("not the shape of a postcode")
    return f"{bare[:-3]} {bare[-3:]}"


def normalise_phone(text: str) -> str:
    """A telephone number as digits, UK numbers from 0 in two groups; raises ValueError where it is none."""
    kept = re.sub(r"[ ().\-]", "", text)
    if re.match(r"(?:\+|00)44", kept):
        kept = re.sub(r"^(?:\+|00)440?", "0", kept)
    if not PHONE.fullmatch(text) or not re.fullmatch(r"0[0-9]{9,10}|\+[0-9]{8,15}", kept):
        raise ValueError("not the shape of a telephone number")
    return f"{kept[:5]} {kept[5:]}" if kept[0] == "0" else kept


class CleanCharField(forms.CharField):
    """Text in normal form, free of what cannot be printed; its limit is named when it is passed.

    Pass `widget=CleanTextarea` (or `lines=5`) for more than one line. Without `max_length` the limit is 10,000 characters.
    """

    widget = CleanTextInput

    def __init__(self, *, max_length: int = 10_000, lines: int = 0, **kwargs):
        if lines:
            kwargs.setdefault("widget", CleanTextarea({"rows": lines}))
        super().__init__(max_length=None, **kwargs)
        self.limit = max_length
        self.validators = [
            check for check in self.validators if type(check).__name__ != "ProhibitNullCharactersValidator"
        ]

    @property
    def is_long(self) -> bool:
        """Whether the box takes several lines."""
        return isinstance(self.widget, forms.Textarea)

    @property
    def spoken(self) -> str:
        """What messages call the field."""
        return str(self.label or "This answer")

    def to_python(self, value):
        text = normalise(str(value)) if value not in self.empty_values else ""
        refuse_unprintable(text, self.spoken)
        if not self.is_long:
            text = re.sub(r"[ \t\u00a0]+", " ", text)
        text = text.strip() if self.strip else text
        return self.empty_value if is_blank(text) else text

    def validate(self, value):
        super().validate(value)
        if value and "\n" in value and not self.is_long:
            raise ValidationError(f"{self.spoken} must be on one line", code="lines")
        if value and len(value) > self.limit:
            message = f"{self.spoken} must be {self.limit:,} characters or fewer. You have typed {len(value):,}"
            raise ValidationError(message, code="max_length")


class PersonNameField(CleanCharField):
    """A person's name, in any script; at most 100 characters."""

    def __init__(self, *, max_length: int = 100, **kwargs):
        super().__init__(max_length=max_length, **kwargs)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"spellcheck": "false"}

    def validate(self, value):
        super().validate(value)
        if value and not any(unicodedata.category(character)[0] == "L" for character in value):
            raise ValidationError(f"{self.spoken} must contain at least one letter", code="invalid")


class PostcodeField(CleanCharField):
    """A United Kingdom postcode by its shape, in capitals with its space."""

    def __init__(self, *, max_length: int = 20, **kwargs):
        super().__init__(max_length=max_length, **kwargs)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"class": "govuk-input--width-10", "spellcheck": "false"}

    def clean(self, value):
        text = super().clean(value)
        try:
            return normalise_postcode(text) if text else text
        except ValueError:
            raise ValidationError("Enter a full postcode, like HB1 2AB", code="invalid") from None


class PhoneField(CleanCharField):
    """A telephone number, UK or international with its plus sign."""

    def __init__(self, *, max_length: int = 30, **kwargs):
        super().__init__(max_length=max_length, **kwargs)

    def widget_attrs(self, widget):
        extra = {"class": "govuk-input--width-20", "inputmode": "tel", "spellcheck": "false"}
        return super().widget_attrs(widget) | extra

    def clean(self, value):
        text = super().clean(value)
        try:
            return normalise_phone(text) if text else text
        except ValueError:
            message = "Enter a telephone number, like 01632 960001, 07700 900982 or +44 808 157 0192"
            raise ValidationError(message, code="invalid") from None
