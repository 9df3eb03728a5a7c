"""Forms of an import: the workbook, the sheet, what its columns hold, the matches, and undoing it."""

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from casework.forms.fields import CleanCharField, KitForm, Radios
from casework.forms.referrals import DECISIONS
from casework.imports.columns import Column, lacking
from casework.imports.mapping import FieldSpec
from casework.imports.workbook import LARGEST_FILE, Sheet, WorkbookRefused, read_sheets
from casework.models import MatchProposal, Panel

NOWHERE = ("", "Not in this sheet")
SAMPLE_SALT = "casework.imports.sample"
SAMPLE_LASTS = 24 * 60 * 60


class UploadForm(KitForm):
    """A workbook for one panel; what is no plain workbook is refused beside the field."""

    panel = forms.ModelChoiceField(label="Panel", queryset=Panel.objects.none(), to_field_name="slug")
    workbook = forms.FileField(
        label="Workbook",
        help_text=f"An Excel workbook (.xlsx) of at most {LARGEST_FILE // 1024 // 1024} MB, without password and without macros.",
        allow_empty_file=True,
    )

    def __init__(self, *args, panels: list[Panel], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["panel"].queryset = Panel.objects.filter(pk__in=[panel.pk for panel in panels]).order_by("name")
        self.fields["panel"].label_from_instance = lambda panel: panel.name
        self.fields["panel"].empty_label = None if len(panels) == 1 else "Choose"
        self.fields["workbook"].widget.attrs["accept"] = ".xlsx"

    def clean_workbook(self) -> bytes:
        """The bytes of a workbook that can be read."""
        file = self.cleaned_data["workbook"]
        if file.size > LARGEST_FILE:
            raise ValidationError(f"The file is larger than {LARGEST_FILE // 1024 // 1024} MB.")
        data = file.read()
        try:
            sheets = read_sheets(data)
        except WorkbookRefused as refusal:
            raise ValidationError(str(refusal)) from None
        if not any(sheet.rows for sheet in sheets):
            raise ValidationError("The workbook is empty: none of its sheets holds anything.")
        return data


class SheetForm(KitForm):
    """Which sheet to read, and in which of its rows the headings stand."""

    sheet = forms.TypedChoiceField(label="Sheet", coerce=int)
    row = forms.IntegerField(
        label="Row with the headings", required=False, min_value=1, max_value=100_000,
        help_text="As the sheet numbers it. Leave it empty to have it found.",
    )  # fmt: skip

    def __init__(self, *args, sheets: list[Sheet], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [
            (number, f"{sheet.name}{'' if sheet.visible else ' (hidden)'}: {len(sheet.rows)} rows")
            for number, sheet in enumerate(sheets, start=1)
        ]
        self.fields["row"].widget.attrs["class"] = "govuk-input--width-5"


class ColumnsForm(KitForm):
    """For each field the column that holds it. `at_sheet` and `at_row` say which headings the choice is about."""

    at_sheet = forms.IntegerField(widget=forms.HiddenInput)
    at_row = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, specs: tuple[FieldSpec, ...], required, columns: list[Column], **kwargs):
        super().__init__(*args, **kwargs)
        self.specs, self.required = specs, required
        needed = [name for _, names in required for name in names]
        choices = [NOWHERE, *((str(column.number), column.label) for column in columns)]
        for spec in sorted(specs, key=lambda spec: spec.name not in needed):
            label = spec.label[:1].upper() + spec.label[1:]
            self.fields[f"field_{spec.name}"] = forms.TypedChoiceField(
                label=f"{label} (needed)" if spec.name in needed else label,
                choices=choices, coerce=int, empty_value=None, required=False,
            )  # fmt: skip

    def chosen(self) -> dict[str, int]:
        """{field: number of its column} of what has one."""
        found = {spec.name: self.cleaned_data.get(f"field_{spec.name}") for spec in self.specs}
        return {name: at for name, at in found.items() if at is not None}

    def clean(self):
        cleaned = super().clean()
        for name, problem in lacking(self.chosen(), self.specs, self.required).items():
            self.add_error(f"field_{name}", problem)
        return cleaned


class ImportMatchesForm(KitForm):
    """One decision for each proposal shown; the names carry the proposals' keys, so that a list that moved on misleads nobody."""

    def __init__(self, *args, proposals: list[MatchProposal], **kwargs):
        super().__init__(*args, **kwargs)
        self.proposals = proposals
        for proposal in proposals:
            self.fields[f"match_{proposal.pk}"] = forms.ChoiceField(
                label="Are these the same people?",
                choices=DECISIONS,
                initial=proposal.decision,
                widget=Radios(inline=True),
            )

    def decisions(self) -> dict[int, str]:
        """{key of the proposal: decision} of those decided."""
        found = {proposal.pk: self.cleaned_data[f"match_{proposal.pk}"] for proposal in self.proposals}
        return {pk: decision for pk, decision in found.items() if decision != MatchProposal.Decision.OPEN}


class AboveForm(KitForm):
    """From which probability on all matches are to be accepted."""

    above = forms.IntegerField(
        label="Accept matches with an estimated probability of at least (per cent)", min_value=50, max_value=100
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["above"].widget.attrs["class"] = "govuk-input--width-3"


class SampleForm(KitForm):
    """Accepting all, by somebody who was shown the sample that the signed `seen` names."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, import_reference: str, user_id: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.about = [import_reference, user_id]

    def clean_seen(self) -> dict:
        """{'above', 'sample'} of what was shown to this person of this import."""
        try:
            found = signing.loads(self.cleaned_data["seen"], salt=SAMPLE_SALT, max_age=SAMPLE_LASTS)
        except signing.BadSignature:
            raise ValidationError("Look at a sample first: choose from which probability on.") from None
        if found["about"] != self.about:
            raise ValidationError("Look at a sample of this import first.")
        return found


def sign_sample(import_reference: str, user_id: int, above: int, sample: list[int]) -> str:
    """What `SampleForm` takes as proof that the sample was shown."""
    return signing.dumps({"about": [import_reference, user_id], "above": above, "sample": sample}, salt=SAMPLE_SALT)


class UndoForm(KitForm):
    """Why an import is taken back."""

    reason = CleanCharField(label="Why is the import undone?", max_length=500, lines=2)
