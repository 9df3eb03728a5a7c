"""The kit's tags and filters: fields and errors with the right attributes, tags for statuses, dates in words."""

from datetime import date, datetime

from django import forms, template
from django.utils import timezone
from django.utils.html import format_html

from casework.forms.dates import say
from casework.forms.values import BOXES
from casework.forms.widgets import DateBoxes

register = template.Library()

COLOURS = {"grey", "blue", "green", "amber", "red", "purple", "solid", "teal"}
BOX_WIDTH = {"day": 2, "month": 2, "year": 4}
KINDS = (
    (DateBoxes, "date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, "file"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.MultiWidget, "group"),
)
CLASSES = {
    "checkbox": "govuk-checkboxes__input",
    "file": "govuk-file-upload",
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "input": "govuk-input",
}


@register.filter
def kind(field) -> str:
    """Which markup a bound field needs: date, checkboxes, radios, checkbox, file, select, textarea, group or input."""
    return next((name for widget, name in KINDS if isinstance(field.field.widget, widget)), "input")


@register.filter
def limit(field) -> int | None:
    """The number of characters that a text area may hold, for its count."""
    return getattr(field.field, "limit", None) if kind(field) == "textarea" else None


@register.simple_tag
def control(field):
    """A bound field's widget with the kit's classes and what describes it for a screen reader."""
    base = CLASSES.get(kind(field), "")
    wrong = f" {base}--error" if field.errors and kind(field) not in ("checkbox", "group") else ""
    attrs = {"class": f"{base}{wrong} {field.field.widget.attrs.get('class', '')}".strip()}
    if limit(field):
        attrs["class"] += " govuk-js-character-count"
        attrs["aria-describedby"] = f"{field.aria_describedby or ''} {field.auto_id}-info".strip()
    elif not field.use_fieldset and field.aria_describedby:
        attrs["aria-describedby"] = field.aria_describedby
    return field.as_widget(attrs={name: value for name, value in attrs.items() if value})


@register.filter
def date_boxes(field) -> list[dict]:
    """What the three boxes of a date need: name, id, label, value, width, and whether each is wrong."""
    texts = field.value()
    texts = texts if isinstance(texts, list) else field.field.widget.decompress(texts)
    wrong = wrong_boxes(field)
    return [
        {
            "name": f"{field.html_name}_{box}",
            "id": f"{field.auto_id}_{index}",
            "label": DateBoxes.labels[box],
            "value": field.field.widget.widgets[index].format_value(texts[index]) or "",
            "width": BOX_WIDTH[box],
            "wrong": box in wrong,
        }
        for index, box in enumerate(BOXES)
    ]


def wrong_boxes(field) -> tuple[str, ...]:
    """The boxes that a bound date's errors name; all three where an error names none."""
    errors = field.form.errors.as_data().get(field.name, []) if field.form.is_bound else []
    named = [box for error in errors for box in (error.params or {}).get("boxes", BOXES)]
    return tuple(named)


@register.filter
def choices(field) -> list[dict]:
    """The choices of a bound field: id, name, value, label, whether made, hint, and the bound fields it reveals."""
    reveals = getattr(field.form, "reveals", {}).get(field.name, {})
    hints = getattr(field.field.widget, "hints", {})
    return [
        {
            "id": option.id_for_label,
            "name": option.data["name"],
            "value": option.data["value"],
            "label": option.choice_label,
            "chosen": option.data["selected"],
            "hint": hints.get(str(option.data["value"]), ""),
            "reveals": [field.form[name] for name in reveals.get(str(option.data["value"]), [])],
        }
        for option in field.subwidgets
    ]


@register.filter
def top_fields(form) -> list:
    """A form's visible fields without those drawn inside another field."""
    inside: set[str] = getattr(form, "revealed_names", set())
    return [field for field in form.visible_fields() if field.name not in inside]


@register.simple_tag
def field(bound, label_class="", legend_class=""):
    """Draws a bound field; `label_class` such as `govuk-label--m` makes its label (or legend) a heading."""
    size = label_class or legend_class
    return bound.render(context={"field": bound, "size": size.rsplit("--", 1)[-1] if size else ""})


def error_target(bound) -> str:
    """The id that a link in the error summary leads to: the first control that is wrong."""
    if kind(bound) == "date":
        wrong = wrong_boxes(bound)
        return f"{bound.auto_id}_{BOXES.index(wrong[0]) if wrong else 0}"
    return f"{bound.auto_id}_0" if kind(bound) in ("radios", "checkboxes", "group") else bound.auto_id


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms_shown):
    """One summary for any number of forms and formsets: every error in page order, linked to its control."""
    errors = []
    for shown in forms_shown:
        errors += [{"text": text, "target": ""} for text in overall_errors(shown)]
        for form in getattr(shown, "forms", [shown]):
            errors += [{"text": text, "target": ""} for text in form.non_field_errors() if form is not shown]
            errors += [{"text": text, "target": error_target(bound)} for bound in form for text in bound.errors]
    return {"errors": errors}


def overall_errors(shown) -> list[str]:
    return list(shown.non_form_errors() if hasattr(shown, "non_form_errors") else shown.non_field_errors())


@register.simple_tag
def tag(text, colour="teal"):
    """A status in words on a coloured ground: grey, blue, green, amber, red, purple, solid or teal."""
    if colour not in COLOURS:
        raise template.TemplateSyntaxError(f"{colour!r} is not a colour of the kit")
    return format_html('<strong class="rt-tag rt-tag--{}">{}</strong>', colour, text)


@register.filter
def uk_date(value) -> str:
    """A date or moment as `1 March 2026`, by the clock of London; empty for nothing."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return say(value) if isinstance(value, date) else str(value or "")


@register.filter
def uk_time(value) -> str:
    """A moment as `1 March 2026 at 2:05pm`, by the clock of London; empty for nothing."""
    if not isinstance(value, datetime):
        return uk_date(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{say(local.date())} at {uk_clock(value)}"


@register.filter
def uk_clock(value) -> str:
    """A moment's time of day as `2:05pm`, by the clock of London."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local.hour % 12 or 12}:{local.minute:02}{'am' if local.hour < 12 else 'pm'}"


@register.filter
def at(sequence, index: int):
    """The member of a list at an index."""
    return sequence[index]


@register.filter
def page_numbers(page) -> list:
    """The page numbers to offer, with None where some are left out."""
    elided = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [None if number == page.paginator.ELLIPSIS else number for number in elided]
