"""Photos and thermal images: looked into before they are stored.

A photo is decoded and written anew, which leaves behind where and by which telephone it was
taken and whatever else was hidden in the file. A thermal image keeps its bytes, since the
temperatures are hidden in them.
"""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from cryodose.clinic.models import Attachment, Person, SessionRecord, User
from cryodose.errors import BadInput

FORMATS = {"JPEG": "jpg", "PNG": "png"}
TYPES = {"jpg": "image/jpeg", "png": "image/png"}
MOST_PIXELS = 40_000_000
_QUALITY = 92
# The largest picture takes some 300 MB while it is looked into: one after the other.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Checked:
    """A picture that may be stored."""

    content: bytes
    suffix: str
    width_px: int
    height_px: int


def checked(content: bytes, kind: str, most_bytes: int) -> Checked:
    """Return a picture that may be stored.

    Parameters
    ----------
    content : bytes
        What somebody sent.
    kind : str
        ``photo`` or ``thermal``.
    most_bytes : int

    Raises
    ------
    BadInput
        For anything but a whole JPEG or PNG of reasonable size.
    """
    if len(content) > most_bytes:
        raise BadInput("attachment", "size in bytes", len(content), f"at most {most_bytes}")
    expected = "a whole JPEG or PNG picture"
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=list(FORMATS)) as image:
                width, height = image.size
                # Before anything is unpacked: few bytes can hold very many pixels.
                if width * height > MOST_PIXELS:
                    raise BadInput("attachment", "pixels", width * height, f"at most {MOST_PIXELS}")
                suffix = FORMATS[str(image.format)]
                image.load()
                fresh = content if kind == Attachment.Kind.THERMAL else _anew(image, suffix)
    except BadInput:
        raise
    except Exception:
        # Whatever a decoder says of a broken file, it is not a picture for us.
        raise BadInput("attachment", "", expected=expected) from None
    return Checked(fresh, suffix, width, height)


def _anew(image: Image.Image, suffix: str) -> bytes:
    plain = image.convert(
        "RGB" if suffix == "jpg" or image.mode not in ("L", "RGBA") else image.mode
    )
    out = io.BytesIO()
    if suffix == "jpg":
        plain.save(out, "JPEG", quality=_QUALITY)
    else:
        plain.save(out, "PNG")
    return out.getvalue()


def keep_picture(
    person: Person,
    file: UploadedFile[bytes],
    kind: str,
    words: str,
    by: User,
    *,
    most_bytes: int,
    session: SessionRecord | None = None,
) -> Attachment:
    """Check and keep a picture.

    Raises
    ------
    BadInput
        As for `checked`; then nothing is kept.
    """
    # One byte more than allowed is enough to know that it is too large.
    found = checked(file.read(most_bytes + 1), kind, most_bytes)
    row = Attachment(
        clinic=person.clinic,
        person=person,
        session=session,
        kind=kind,
        words=words,
        suffix=found.suffix,
        bytes=len(found.content),
        width_px=found.width_px,
        height_px=found.height_px,
        sha256=hashlib.sha256(found.content).hexdigest(),
    )
    row.file.save("picture", ContentFile(found.content), save=False)
    return row.keep(by, "attached")
