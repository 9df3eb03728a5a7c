"""The base of every form: messages that name the field, nothing kept by the browser, reveals that work without script."""

from django import forms

NOT_KNOWN = ("not_known", "Not known")


def with_not_known(choices) -> list[tuple[str, str]]:
    """The choices, as pairs of value and label, followed by an honest "Not known"."""
    return [*choices, NOT_KNOWN]


def in_sentence(label: str) -> str:
    """A label as it reads inside a sentence: `Family name` as `family name`, `NHS number` as it is."""
    word = label.split(" ", 1)[0]
    return label if word[1:] != word[1:].lower() or word == "I" else label[:1].lower() + label[1:]


def ask_for(field, label: str) -> str:
    """The sentence for an empty field that must be filled in."""
    chosen = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    if label.endswith("?"):
        return f"Answer the question: {label}"
    if isinstance(field, forms.BooleanField):
        return f"Tick to go on: {label}"
    return f"{'Select' if chosen else 'Choose' if isinstance(field, forms.FileField) else 'Enter'} {in_sentence(label)}"


def nothing_in(field):
    """What `cleaned_data` holds for a field that was left alone."""
    if isinstance(field, forms.MultipleChoiceField):
        return []
    return False if isinstance(field, forms.BooleanField) else getattr(field, "empty_value", None)


class KitMixin:
    """Gives a form, or a model form, the manners of the kit.

    `reveals` is {field name: {choice value: [names of the fields that this choice opens]}}. A revealed field that is
    required is required only while its choice is made; otherwise what was typed there is set aside.
    """

    use_required_attribute = False
    reveals: dict[str, dict[str, list[str]]] = {}
    cleaned_data: dict

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plain = {str(forms.Field.default_error_messages["required"])}
        for name, field in self.fields.items():
            field.label = field.label if field.label is not None else forms.utils.pretty_name(name)
            field.widget.attrs.setdefault("autocomplete", "off")
            if str(field.error_messages.get("required")) in plain:
                field.error_messages["required"] = ask_for(field, str(field.label))

    @property
    def revealed_names(self) -> set[str]:
        """Names of the fields that are drawn inside another field."""
        return {name for choices in self.reveals.values() for names in choices.values() for name in names}

    def _clean_fields(self):
        super()._clean_fields()
        for name in self.unopened():
            self._errors.pop(name, None)
            self.cleaned_data[name] = nothing_in(self.fields[name])

    def unopened(self) -> set[str]:
        """Names of the revealed fields whose choice was not made."""
        opened = set()
        for parent, choices in self.reveals.items():
            chosen = self.cleaned_data.get(parent)
            chosen = chosen if isinstance(chosen, list | tuple | set) else [chosen]
            for value in chosen:
                opened.update(choices.get(str(value), []))
        return self.revealed_names - opened


class KitForm(KitMixin, forms.Form):
    """A form of the kit."""


class KitModelForm(KitMixin, forms.ModelForm):
    """A model form of the kit."""
