"""Imports: a whole file brought in by one person, reported row by row, and undone as a whole."""

from django.db import models
from django.utils import timezone

from casework import storage
from casework.models.agency import Panel, User
from casework.models.base import CaseBound, declare
from casework.models.safe import new_seal


class ImportBatch(CaseBound):
    """One file imported into one panel. Read by the panel's office."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked (dry run)"
        RUNNING = "running", "Being imported"
        COMMITTED = "committed", "Imported"
        UNDONE = "undone", "Undone"
        FAILED = "failed", "Failed"

    depth = 0

    reference = models.CharField(max_length=12, unique=True)
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.UPLOADED)
    mapping = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    done_rows = models.PositiveIntegerField(default=0)
    total_rows = models.PositiveIntegerField(default=0)
    accept_above = models.FloatField(null=True, blank=True)

    sensitivity = declare(
        internal="reference panel kind by made_at status mapping counts done_rows total_rows accept_above"
    )

    class Meta:
        verbose_name_plural = "import batches"

    def __str__(self) -> str:
        return f"import {self.reference}"


class ImportFile(models.Model):
    """The uploaded file, encrypted, until the import is committed or ended. Without history: it is the input, not a record."""

    batch = models.OneToOneField(ImportBatch, on_delete=models.PROTECT, primary_key=True, related_name="file")
    seal = models.CharField(max_length=32, default=new_seal, editable=False)
    secret = models.BinaryField()

    sensitivity = {"batch": "internal", "seal": "internal", "secret": "safe-address"}

    def __str__(self) -> str:
        return f"file of import {self.batch_id}"

    def hide(self, data: bytes) -> None:
        self.secret = storage.encrypt(data, bound_to=f"import:{self.seal}")

    def reveal(self) -> bytes:
        return storage.decrypt(self.secret, bound_to=f"import:{self.seal}")


class ImportRow(CaseBound):
    """One row of a sheet and what became of it. Messages may quote the sheet, hence their sensitivity."""

    class Status(models.TextChoices):
        OK = "ok", "OK"
        CHANGED = "changed", "Changed"
        DOUBTFUL = "doubtful", "Doubtful"
        REFUSED = "refused", "Refused"
        SKIPPED = "skipped", "Skipped"

    depth = 0

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rows")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="+")
    sheet_row = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices)
    repeat = models.BooleanField(default=False)
    repeats_sheet_row = models.PositiveIntegerField(null=True, blank=True)
    match_score = models.FloatField(null=True, blank=True)
    message = models.TextField(blank=True)

    sensitivity = declare(
        internal="batch panel sheet_row status repeat repeats_sheet_row match_score", special="message"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "sheet_row"], name="import_row_once")]

    def __str__(self) -> str:
        return f"import row {self.pk}"
