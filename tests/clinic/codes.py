"""What an authenticator shows."""

from __future__ import annotations

import base64
import hmac
import struct
import time


def totp(secret: str) -> str:
    """Return the code that an authenticator shows now (RFC 6238)."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), "sha1").digest()
    offset = digest[-1] & 15
    code = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{code % 10**6:06d}"
