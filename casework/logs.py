"""Lines for the log that say where something broke, and never what a person had typed or what a row held.

A database's complaint quotes the whole row that it refused, so the text of an exception is left out, with its causes' texts.
"""

import logging
import traceback
from collections.abc import Iterator


class WithoutTexts(logging.Formatter):
    """Formats an exception as the places that it passed and the names of its kind and causes."""

    def formatException(self, ei) -> str:
        return "\n".join(_places(ei[1]))


def _places(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        for frame in traceback.extract_tb(error.__traceback__, limit=-30):
            yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        yield f"{type(error).__module__}.{type(error).__qualname__}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
