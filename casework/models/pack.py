"""Packs: what each recipient was given, frozen and encrypted."""

from django.db import models

from casework import storage
from casework.models.agency import Agency, User
from casework.models.agreement import DisclosureDecision
from casework.models.base import CaseBound, ScopedQuerySet, declare
from casework.models.meeting import Meeting
from casework.models.safe import new_seal


class Pack(CaseBound):
    """A pack issued to one agency for one meeting. Its recipient's members alone open it."""

    depth = 0

    reference = models.CharField(max_length=12, unique=True)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="packs")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    office_copy = models.BooleanField(default=False, help_text="The office's own version, read by its holders.")
    copy_number = models.PositiveSmallIntegerField()
    decision = models.ForeignKey(DisclosureDecision, on_delete=models.PROTECT, related_name="+")
    contents = models.JSONField(
        default=list, help_text="[{'case', 'items'}]: references and counts, what the issuer may see."
    )
    warnings = models.JSONField(default=list)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the PDF.")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    sensitivity = declare(
        internal="reference meeting agency office_copy copy_number decision contents warnings digest issued_by issued_at"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "copy_number"], name="pack_copy_once")]

    def __str__(self) -> str:
        return f"pack {self.reference}"


class PackDocument(models.Model):
    """The frozen content (JSON) and the PDF of a pack, encrypted. Written once and never changed, hence without history."""

    pack = models.OneToOneField(Pack, on_delete=models.PROTECT, primary_key=True, related_name="document")
    seal = models.CharField(max_length=32, default=new_seal, editable=False)
    content = models.BinaryField()
    pdf = models.BinaryField()

    objects = ScopedQuerySet.as_manager()
    sensitivity = {"pack": "internal", "seal": "internal", "content": "safe-address", "pdf": "safe-address"}

    def __str__(self) -> str:
        return f"document of pack {self.pack_id}"

    def hide(self, *, content: bytes, pdf: bytes) -> None:
        """Put both in, encrypted."""
        self.content = storage.encrypt(content, bound_to=f"pack.content:{self.seal}")
        self.pdf = storage.encrypt(pdf, bound_to=f"pack.pdf:{self.seal}")

    def reveal_content(self) -> bytes:
        return storage.decrypt(self.content, bound_to=f"pack.content:{self.seal}")

    def reveal_pdf(self) -> bytes:
        return storage.decrypt(self.pdf, bound_to=f"pack.pdf:{self.seal}")
