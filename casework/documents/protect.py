"""A passphrase on a PDF that leaves by download."""

from io import BytesIO

import pikepdf


def encrypt_pdf(pdf: bytes, passphrase: str) -> bytes:
    """`pdf` encrypted with AES-256 (revision 6); the passphrase opens it and is stored nowhere.

    Permissions in a PDF are a request, so only the passphrase protects: it opens as user and as owner. Raises
    `ValueError` for an empty passphrase.
    """
    if not passphrase:
        raise ValueError("A passphrase is needed.")
    with pikepdf.open(BytesIO(pdf)) as document:
        out = BytesIO()
        document.save(
            out,
            encryption=pikepdf.Encryption(
                user=passphrase,
                owner=passphrase,
                R=6,
                metadata=True,
                allow=pikepdf.Permissions(
                    extract=False, accessibility=True, modify_annotation=False, modify_form=False
                ),
            ),
        )
        return out.getvalue()
