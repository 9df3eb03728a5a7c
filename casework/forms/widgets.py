"""Widgets whose markup differs from Django's: three date boxes, and choices with hints."""

from django import forms

from casework.forms.values import BOXES, PartialDate


def printable(value):
    """`value` with lone surrogates replaced, because a page cannot carry them; everything else as it was typed."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


class CleanTextInput(forms.TextInput):
    """A text box that can show again whatever was typed."""

    def format_value(self, value):
        return printable(super().format_value(value))


class CleanTextarea(forms.Textarea):
    """A text area that can show again whatever was typed."""

    def format_value(self, value):
        return printable(super().format_value(value))


class DateBoxes(forms.MultiWidget):
    """Three boxes named `<field>_day`, `<field>_month`, `<field>_year`; the value is the list of their texts."""

    use_fieldset = True
    labels = {"day": "Day", "month": "Month", "year": "Year"}

    def __init__(self, attrs=None):
        boxes = {
            box: CleanTextInput({"inputmode": "numeric", "autocomplete": "off", "aria-label": self.labels[box]})
            for box in BOXES
        }
        super().__init__(boxes, attrs)

    def decompress(self, value) -> list[str]:
        """The texts of the three boxes for a date, a `PartialDate`, an ISO date or nothing."""
        if isinstance(value, str):
            value = PartialDate.from_iso(value)
        return ["" if getattr(value, box, None) is None else str(getattr(value, box)) for box in BOXES]

    def value_from_datadict(self, data, files, name):
        """The three texts; a whole ISO date under the plain name is read too, so that a link can prefill the boxes."""
        texts = super().value_from_datadict(data, files, name)
        return self.decompress(data.get(name)) if not any(texts) and data.get(name) else texts


class Radios(forms.RadioSelect):
    """One choice of a few; `hints` explains single choices: {choice value: sentence}."""

    def __init__(self, attrs=None, choices=(), hints=None, inline=False):
        super().__init__(attrs, choices)
        self.hints = hints or {}
        self.inline = inline


class Checkboxes(forms.CheckboxSelectMultiple):
    """Any number of choices; `hints` explains single choices: {choice value: sentence}."""

    def __init__(self, attrs=None, choices=(), hints=None):
        super().__init__(attrs, choices)
        self.hints = hints or {}
