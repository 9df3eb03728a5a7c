"""An answer as it can be compared with another one: without what differs from one answer to the next by itself."""

import re

# Tokens of forms, nonces, keys, and the time in an answer
PASSING = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    re.compile(r"nonce[-=]\"?[\w+/=-]+"),
    re.compile(r"/search/[0-9a-f]{32}/"),
    re.compile(r"at \d+(:\d\d)?[ap]m\. Copy [0-9A-Z]{4}-[0-9A-Z]{4}"),
    re.compile(r"Expires: [^\n]+"),
)


def normalised(answer) -> tuple[int, str, str]:
    """Status, headers and body of an answer without what passes."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("latin-1")
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(answer.headers.items()))
    for pattern in PASSING:
        text, headers = pattern.sub("-", text), pattern.sub("-", headers)
    return answer.status_code, headers, text
