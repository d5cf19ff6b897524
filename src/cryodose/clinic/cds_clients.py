"""Clients of the CDS Hooks services: whose signed tokens count, and whether one does.

CDS Hooks 2.0: a client sends a JWT of its own with each call, for that one address, for at most
five minutes and once. Keys are those of a file that the clinic keeps; none is ever fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryodose.errors import BadInput, CryodoseError
from cryodose.files import read_json

# numerical: seconds, of CDS Hooks 2.0; and by how much two clocks may differ
LONGEST_S, APART_S = 300, 30
# Signatures by a pair of keys alone: whoever can check one cannot make one.
ALGORITHMS = ("ES384", "RS384", "ES256", "RS256")
_NEEDED = ("iss", "aud", "exp", "iat", "jti")
_PAIRS = ("EC", "RSA")
_LONGEST_JTI = 200


@dataclass(frozen=True)
class CdsClient:
    """A client by its issuer, with its public keys by their names."""

    issuer: str
    keys: Mapping[str, Any]


def read_clients(path: Path) -> tuple[CdsClient, ...]:
    """Return the clients of a file: ``{"clients": [{"issuer": "...", "keys": [JWK, ...]}]}``.

    Raises
    ------
    BadInput
        Naming the place and the expectation; never a key.
    """
    data = read_json(path)
    listed = data.get("clients") if isinstance(data, dict) else None
    if not isinstance(listed, list) or not listed:
        raise BadInput(path, "clients", expected="a list of clients")
    found: dict[str, CdsClient] = {}
    for n, one in enumerate(listed):
        client = _client(one, path, f"clients[{n}]")
        if client.issuer in found:
            raise BadInput(path, f"clients[{n}].issuer", client.issuer, "each issuer once")
        found[client.issuer] = client
    return tuple(found.values())


def _client(data: object, path: Path, place: str) -> CdsClient:
    issuer = data.get("issuer") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(issuer, str) or not issuer.strip():
        raise BadInput(path, f"{place}.issuer", issuer, "the iss of the client's tokens")
    listed = data.get("keys")
    if not isinstance(listed, list) or not listed:
        raise BadInput(path, f"{place}.keys", expected="a list of public keys (JWK)")
    keys: dict[str, Any] = {}
    for n, jwk in enumerate(listed):
        name, key = _key(jwk, path, f"{place}.keys[{n}]")
        if name in keys:
            raise BadInput(path, f"{place}.keys[{n}].kid", name, "each key once")
        keys[name] = key
    return CdsClient(issuer, keys)


def _key(jwk: object, path: Path, place: str) -> tuple[str, Any]:
    import jwt

    name = jwk.get("kid") if isinstance(jwk, dict) else None
    if not isinstance(jwk, dict) or not isinstance(name, str) or not name:
        raise BadInput(path, f"{place}.kid", expected="the name of a key")
    if jwk.get("kty") not in _PAIRS:
        raise BadInput(path, f"{place}.kty", jwk.get("kty"), f"one of {', '.join(_PAIRS)}")
    if "d" in jwk:
        raise BadInput(path, f"{place}.d", "(hidden)", "the public key alone")
    try:
        return name, jwt.PyJWK(jwk, algorithm=_algorithm(jwk)).key
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        expected = f"a public key as a JWK ({type(error).__name__})"
        raise BadInput(path, place, "(hidden)", expected) from None


def _algorithm(jwk: Mapping[str, Any]) -> str:
    return "RS384" if jwk["kty"] == "RSA" else "ES256" if jwk.get("crv") == "P-256" else "ES384"


class NotSigned(CryodoseError):
    """A token that does not count, and why; the reason is for the log and never for the sender."""


def issuer_of(
    token: str, audience: str, clients: tuple[CdsClient, ...], now: datetime
) -> tuple[str, str]:
    """Return issuer and number of a token that counts.

    Parameters
    ----------
    token : str
    audience : str
        The address that was called.
    clients : tuple of CdsClient
    now : datetime
        Moment of the call.

    Raises
    ------
    NotSigned
        For any other token. Whether it was used before is not known here.
    """
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        said = jwt.decode(token, options={"verify_signature": False})
        client = next((c for c in clients if c.issuer == said.get("iss")), None)
        key = client.keys.get(str(header.get("kid"))) if client is not None else None
        if client is None or key is None or header.get("alg") not in ALGORITHMS:
            raise NotSigned("no client of ours, or none of its keys")
        claims = jwt.decode(
            token,
            key,
            algorithms=[header["alg"]],
            audience=audience,
            issuer=client.issuer,
            leeway=APART_S,
            options={"require": list(_NEEDED)},
        )
    except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise NotSigned(type(error).__name__) from None
    number, ends_s = claims["jti"], int(claims["exp"])
    if not isinstance(number, str) or not 0 < len(number) <= _LONGEST_JTI:
        raise NotSigned("its jti is no short text")
    if ends_s > now.timestamp() + LONGEST_S + APART_S:
        raise NotSigned("it holds for longer than five minutes")
    return client.issuer, number
