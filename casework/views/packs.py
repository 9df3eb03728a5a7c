"""Pages: packs. Issuing them, reading one's own on screen, downloading it, and the print page."""

import hashlib

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from casework.access.scope import one_or_404, visible
from casework.commands import packs
from casework.documents.content import PackContent, from_json
from casework.documents.pack import draw_pack
from casework.documents.protect import encrypt_pdf
from casework.documents.withheld import without
from casework.forms.packs import IssueForm, PassphraseForm
from casework.models import Meeting, Pack, PackDocument
from casework.queries.packs import actions_kept_from, cases_kept_from, packs_of
from casework.views.base import FormPage, Page
from casework.views.meetings import OfficeMeetingPage
from casework.views.rules import OFFICE, PANEL_MEMBER


class MeetingPacks(OfficeMeetingPage):
    """For the office: what has been issued, and issuing to any of the recipients after seeing contents and warnings."""

    rule = OFFICE
    template = "casework/packs/meeting.html"
    title = "Packs"
    part = "meeting_packs"
    form_class = IssueForm

    def load(self, reference: str) -> None:
        super().load(reference=reference)
        self.recipients = packs.recipients_of(self.meeting)
        self.may_issue = self.meeting.status in (Meeting.Status.CIRCULATED, Meeting.Status.IN_SESSION)

    def form_options(self) -> dict:
        names = [(recipient.key, recipient.name) for recipient in self.recipients]
        return {"recipients": names, "initial": {"recipients": [key for key, _ in names]}}

    def context(self) -> dict:
        context = super().context() | {"packs": packs_of(self.viewer, self.meeting), "may_issue": self.may_issue}
        if self.may_issue:
            prepared = packs.prepare(by=self.viewer, meeting=self.meeting, recipients=self.recipients)
            context["prepared"] = [self._told(one) for one in prepared]
        return context

    def _told(self, one: packs.Prepared) -> dict:
        """What may be said of a pack before it is issued, without what its issuer must not know of."""
        kept = cases_kept_from(self.viewer, one.contents)
        lines = [line for line in one.contents if line["case"] not in kept]
        items = sum(line["items"] for line in lines)
        return {"name": one.recipient.name, "cases": len(lines), "items": items, "warnings": one.drawn.warnings}

    def act(self, form) -> str:
        chosen = [recipient for recipient in self.recipients if recipient.key in form.cleaned_data["recipients"]]
        packs.issue_packs(by=self.viewer, meeting=self.meeting, recipients=chosen)
        return reverse("meeting_packs", args=[self.meeting.reference])


class OnePack(Page):
    """What the pages about one pack share: its row, its document where the viewer is its recipient, and her conflicts."""

    abstract = True

    def load(self, reference: str) -> None:
        self.pack = self.find(Pack, reference, "meeting__panel", "agency")
        self.kept = cases_kept_from(self.viewer, self.pack.contents)

    def document(self) -> PackDocument:
        """The document, or 404 for whoever may know of the pack without being its recipient."""
        return one_or_404(visible(self.viewer, PackDocument), pack=self.pack)

    def content(self) -> PackContent:
        """The stored content, without the cases and actions that a conflict of interest or a seal keeps the viewer out of."""
        content = from_json(self.document().reveal_content().decode())
        return without(content, self.kept, actions_kept_from(self.viewer, content))

    def record_act(self, event: str, **details) -> None:
        cases = [line["case"] for line in self.pack.contents if line["case"] not in self.kept]
        details |= {"digest": self.pack.digest, "copy": self.pack.copy_number}
        self.record(event, cases=cases, subject=f"pack {self.pack.reference}", details=details)


class PackPage(OnePack):
    """The pack on screen for its recipient; for its issuer, what was issued and to whom."""

    rule = PANEL_MEMBER
    template = "casework/packs/pack.html"
    title = "Meeting pack"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not visible(self.viewer, PackDocument).filter(pack=self.pack).exists():
            self.template = "casework/packs/issued.html"
            return self.show()
        self.record_act("pack.opened")
        return self.show(content=self.content())

    def context(self) -> dict:
        lines = [line for line in self.pack.contents if line["case"] not in self.kept]
        return {"pack": self.pack, "meeting": self.pack.meeting, "lines": lines}


class PrintPack(OnePack):
    """The pack to be printed. Opening this page is recorded as printing."""

    rule = PANEL_MEMBER
    template = "casework/packs/pack.html"
    title = "Meeting pack, to print"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        content = self.content()
        self.record_act("page.printed", page="pack_print")
        return self.show(content=content, printing=True)

    def context(self) -> dict:
        return {"pack": self.pack, "meeting": self.pack.meeting}


class DownloadPack(OnePack, FormPage):
    """The PDF, locked with a passphrase that is typed here and forgotten."""

    rule = PANEL_MEMBER
    template = "casework/packs/download.html"
    title = "Download the pack"
    form_class = PassphraseForm

    def load(self, reference: str) -> None:
        super().load(reference=reference)
        self.stored = self.document()

    def pdf(self) -> bytes:
        """The file as it was issued; drawn anew for somebody who is kept out of a part of it, and is not told so."""
        whole = from_json(self.stored.reveal_content().decode())
        content = self.content()
        return self.stored.reveal_pdf() if content == whole else draw_pack(content).pdf

    def context(self) -> dict:
        return {"pack": self.pack, "meeting": self.pack.meeting}

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(status=422, form=form)
        pdf = self.pdf()
        self.record_act("pack.downloaded", sha256=hashlib.sha256(pdf).hexdigest())
        locked = encrypt_pdf(pdf, form.cleaned_data["passphrase"])
        name = f"pack-{self.pack.reference}-copy-{self.pack.copy_number}.pdf"
        return HttpResponse(
            locked, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    def act(self, form) -> str:
        raise NotImplementedError


urls = [
    path("meetings/<str:reference>/packs/", MeetingPacks.as_view(), name="meeting_packs"),
    path("packs/<str:reference>/", PackPage.as_view(), name="pack"),
    path("packs/<str:reference>/print/", PrintPack.as_view(), name="pack_print"),
    path("packs/<str:reference>/download/", DownloadPack.as_view(), name="pack_download"),
]
