"""What breaks is told by place and kind; a refused row's values stay out of the log."""

import io
import logging
import sys

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.utils.module_loading import import_string

SECRET = "Vera Vaughan"


@pytest.fixture
def line() -> str:
    stream = io.StringIO()
    told = dict(settings.LOGGING["formatters"]["line"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(import_string(told["class"])(told["format"]))
    try:
        try:
            raise ValueError(f"Failing row contains ({SECRET})")
        except ValueError as error:
            raise IntegrityError(SECRET) from error
    except IntegrityError:
        record = logging.getLogger("test").makeRecord(
            "test", logging.ERROR, __file__, 1, "It broke", (), sys.exc_info()
        )
    handler.emit(record)
    return stream.getvalue()


def test_a_log_line_holds_no_text_of_an_exception(line):
    assert SECRET not in line
    assert "Failing row" not in line


def test_it_says_what_broke_and_where(line):
    assert "ERROR test It broke" in line
    assert "IntegrityError" in line
    assert "ValueError" in line
    assert "test_logs.py" in line


def test_what_somebody_types_into_an_address_is_not_logged(client, caplog, people):
    client.force_login(people.users["dan"])
    assert client.get("/cases/Vera-Vaughan/").status_code == 404
    assert "Vera" not in caplog.text
