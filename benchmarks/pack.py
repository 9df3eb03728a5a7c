"""A pack of a hundred pages against the same text drawn on a bare reportlab canvas, one run.

    make bench    or    python -m benchmarks.pack [--cases 25] [--rounds 5]

The bare canvas draws the pack's own lines (read back from the drawn file) in one font at the same places, page by page,
without layout, shaping, tables, contents, links or watermark. Both arms take turns; figures are medians of the rounds.
Exit 1 where the pack takes more than eight times as long.
"""

import argparse
import json
import statistics
import sys
import time
from dataclasses import replace
from io import BytesIO

from django.conf import settings
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

MOST = 8.0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cases", type=int, default=25)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    found = measure(asked.cases, asked.rounds)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return int(found["ratio"] > MOST)


def measure(cases: int, rounds: int) -> dict[str, float]:
    """Seconds of both arms, and how many times the bare canvas the pack takes."""
    from casework.documents.pack import draw_pack  # noqa: PLC0415 -- settings come first

    content = big_pack(cases)
    pdf = draw_pack(content).pdf
    pages = lines_of(pdf)
    drawn, bare = [], []
    for _ in range(rounds):
        drawn.append(seconds(lambda: draw_pack(content)))
        bare.append(seconds(lambda: draw_bare(pages)))
    pack_time, bare_time = statistics.median(drawn), statistics.median(bare)
    return {
        "pages": len(pages),
        "lines": sum(map(len, pages)),
        "kilobytes": round(len(pdf) / 1024),
        "pack_seconds": round(pack_time, 3),
        "bare_seconds": round(bare_time, 3),
        "ratio": round(pack_time / bare_time, 2),
    }


def big_pack(cases: int):
    """The sample pack of the tests, with long statements and many cases."""
    from tests.casework.documents.sample import case, pack  # noqa: PLC0415

    one = case()
    said = tuple(replace(item, text=" ".join([item.text] * 6)) for item in one.items * 3)
    return pack(*(replace(one, number=str(number), items=said, notes_lines=12) for number in range(1, cases + 1)))


def lines_of(pdf: bytes) -> list[list[str]]:
    """The text of each page, line by line."""
    return [page.extract_text().split("\n") for page in PdfReader(BytesIO(pdf)).pages]


def draw_bare(pages: list[list[str]]) -> bytes:
    """The text again, each line where the cursor is."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=1)
    for lines in pages:
        canvas.setFont("Helvetica", 9)
        y = 800
        for line in lines:
            canvas.drawString(50, y, line)
            y -= 11
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    import os
    from pathlib import Path

    home = Path(os.environ.get("ROUNDTABLE_HOME", ".roundtable"))
    settings.configure(FONT_DIR=home / "assets" / "dist" / "fonts")
    sys.exit(main())
