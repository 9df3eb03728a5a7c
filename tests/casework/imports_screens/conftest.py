"""The way of a workbook through the pages, as a browser without script takes it."""

import re
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework.access.scope import visible
from casework.access.viewer import acting
from casework.demo.workbooks import write_workbook
from casework.models import ImportBatch

PANEL = "harbourne-marac"


def bytes_of(rows=30, seed=3, layout="register"):
    """A generated workbook, and the truth about its rows."""
    book = BytesIO()
    truth = write_workbook(book, rows=rows, seed=seed, layout=layout)
    return book.getvalue(), truth


def sheet_of(*lines):
    """A workbook of one sheet with these rows."""
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


class Desk:
    """Sends what the forms of a page hold, hidden fields and choices included."""

    def __init__(self, client, people):
        self.client, self.people = client, people

    def sign_in(self, name):
        self.client.force_login(self.people.users[name])

    def get(self, page, *args, expect=200, **query):
        answer = self.client.get(reverse(page, args=args), query)
        assert answer.status_code == expect, answer.content[:2000]
        return answer

    def send(self, page, *args, expect=302, query="", **data):
        """Open the page, and send its form with `data` changed."""
        address = reverse(page, args=args) + query
        opened = self.client.get(address)
        assert opened.status_code == 200, opened.content[:2000]
        form = opened.context["form"]
        sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
        sent |= {"_key": str(opened.context["form_key"]), "_version": str(opened.context["form_version"] or "")}
        answer = self.client.post(address, sent | data)
        assert answer.status_code == expect, answer.content[:3000]
        return answer

    def upload(self, data, expect=302, name="book.xlsx"):
        file = SimpleUploadedFile(name, data)
        sent = {"panel": PANEL, "workbook": file, "_key": str(uuid4())}
        answer = self.client.post(reverse("import_new"), sent)
        assert answer.status_code == expect, answer.content[:3000]
        return answer

    def uploaded(self, data):
        """The reference of the import that an upload begins."""
        return re.fullmatch(r"/imports/([^/]+)/mapping/", self.upload(data).url)[1]

    def imported(self, data):
        """The reference of an import that has gone all the way."""
        reference = self.uploaded(data)
        self.send("import_mapping", reference)
        self.send("import_commit", reference)
        return reference

    def rows(self, model, user="grace"):
        with acting(self.people.users[user]) as by:
            return list(visible(by, model))

    def batch(self, reference):
        return next(one for one in self.rows(ImportBatch) if one.reference == reference)


@pytest.fixture
def desk(client, people):
    found = Desk(client, people)
    found.sign_in("grace")
    return found
