"""A page of ours on paper: the HTML that the browser shows, set as an accessible PDF.

The page is read back as a tree and handed to one template (`paper.typ`) as data, so that report,
leaflet and record say the same on both, and no text of a person is ever markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cryodose.errors import CryodoseError
from cryodose.outcome.markup import VOID

if TYPE_CHECKING:
    import typst

Node = str | list[Any]
# Headings, tables, lists and pictures are tagged, and each picture has its text.
_FOR_EVERYBODY = "ua-1"
# Made to be read in thirty years; asks for a date, so only where a record gives one.
_TO_KEEP = "a-2a"
_KEPT = ("class", "role", "aria-label", "style", "href", "lang", "dir")
_DRAWING = re.compile(r"(<svg\b.*?</svg>)", re.DOTALL)
_COLOUR = re.compile(r"var\(--[\w-]+,\s*(#[0-9a-fA-F]{3,8})\)")
# Letters that our own fonts lack are looked for in those of the machine; what is nowhere is set as
# a sign with its number where the drawings bring such a font, else as a box; the file then claims
# nothing.
_FONTS = ("own", "machine", "signs", "boxes")
# What a printer cannot show, and what would turn round the writing of others.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
_LONGEST_WORD = 28
_LONG = re.compile(rf"\S{{{_LONGEST_WORD}}}(?=\S)")
_BREAK = "\u200b"
_NAMELESS = "–"
# A number keeps its unit on its line.
_UNIT = re.compile("(?<=\\d) (?=[°%])")


class NoTypst(CryodoseError):
    """Paper needs an optional part of the installation."""

    exit_code = 2

    def __str__(self) -> str:
        return "PDF needs typst: pip install cryodose[clinic]"


@dataclass
class _Reader(HTMLParser):
    """Reads a page that `el` has made: well-formed, and escaped where it is not ours."""

    body: list[Node] = field(default_factory=list)
    title: str = ""
    language: str = "en"

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, list[Node]]] = [("", self.body)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        given = {k: v or "" for k, v in attrs if k in _KEPT}
        if tag == "html":
            self.language = given.get("lang", self.language)
        inside: list[Node] = []
        self._open[-1][1].append([tag, given, inside])
        if tag not in VOID:
            self._open.append((tag, inside))

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take text; that of the head is not part of the page."""
        where = self._open[-1][0]
        if where == "title":
            self.title += data
        elif where != "style":
            self._open[-1][1].append(_shown(data))

    def drawing(self, svg: str) -> None:
        """Take a drawing as it is, with the colours of paper."""
        self._open[-1][1].append(["svg", {}, [_COLOUR.sub(r"\1", svg)]])


def _shown(text: str) -> str:
    """Return text that can be set, and breaks within a line of paper."""
    return _LONG.sub(lambda word: word[0] + _BREAK, _UNIT.sub("\u00a0", _UNSEEN.sub("", text)))


def tree_of(page: str, author: str = "") -> dict[str, Any]:
    """Return a page as the template takes it.

    Parameters
    ----------
    page : str
        What `cryodose.report.page.page` returns.
    author : str
        Whose document it is.
    """
    reader = _Reader()
    for n, part in enumerate(_DRAWING.split(page)):
        reader.drawing(part) if n % 2 else reader.feed(part)
    reader.close()
    body = next(_named(reader.body, "body"))
    return {
        "title": _UNSEEN.sub("", reader.title).strip() or _NAMELESS,
        "author": _UNSEEN.sub("", author),
        "language": reader.language,
        "body": body[2],
    }


def _named(nodes: list[Node], tag: str) -> Iterator[list[Any]]:
    for node in nodes:
        if isinstance(node, list):
            if node[0] == tag:
                yield node
            yield from _named(node[2], tag)


def pdf(
    page: str, *, made_at: datetime | None = None, author: str = "", is_large: bool = False
) -> bytes:
    """Return a page as PDF: the same page gives the same bytes.

    Parameters
    ----------
    page : str
        What `cryodose.report.page.page` returns.
    made_at : datetime, optional
        When what it tells was recorded; the time of printing is nowhere in it.
    author : str
        Whose document it is.
    is_large : bool
        In large letters, for whoever reads it at home.

    Raises
    ------
    NoTypst
        Where typst is not installed.
    """
    standards = [_FOR_EVERYBODY, *([_TO_KEEP] if made_at is not None else [])]
    data = tree_of(page, author) | {"large": is_large}
    return b"".join(_set(data, made_at, "pdf", standards))


def pictures(page: str, *, is_large: bool = False) -> list[bytes]:
    """Return the sheets of a page as PNG, to look at them; errors as for `pdf`."""
    return _set(tree_of(page) | {"large": is_large}, None, "png", [])


def _set(
    data: dict[str, Any],
    made_at: datetime | None,
    kind: Literal["pdf", "png"],
    standards: list[Any],
) -> list[bytes]:
    stamp = 0 if made_at is None else int(made_at.timestamp())
    error: Exception | None = None
    for fonts in _FONTS:
        given = data | {"dated": made_at is not None, "any_font": fonts != "own"}
        compile_ = _compiler(given, fonts)
        try:
            found = compile_(
                format=kind, pdf_standards=[] if fonts == "boxes" else standards, timestamp=stamp
            )
        except RuntimeError as failed:
            if "could not be displayed" not in str(failed):
                raise
            error = failed
            continue
        return found if isinstance(found, list) else [found]
    raise AssertionError(error)


def _compiler(data: dict[str, Any], fonts: str) -> Callable[..., Any]:
    try:
        import typst
    except ModuleNotFoundError:
        raise NoTypst from None
    return typst.Compiler(
        _template(),
        font_paths=_fonts(is_machine=fonts == "machine"),
        sys_inputs={"page": json.dumps(data, ensure_ascii=False)},
    ).compile


@cache
def _template() -> bytes:
    return files("cryodose.report").joinpath("paper.typ").read_bytes()


@cache
def _fonts(*, is_machine: bool) -> typst.Fonts:
    """Return the fonts within typst with those of the drawings, or with those of the machine."""
    import typst

    spec = None if is_machine else find_spec("matplotlib")
    own: list[Any] = []
    if spec is not None and spec.origin is not None:
        own = [str(Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf")]
    return typst.Fonts(include_system_fonts=is_machine, font_paths=own)
