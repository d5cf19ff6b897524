"""A page that stands alone: its style inside it, no script, nothing loaded from anywhere."""

from __future__ import annotations

from importlib.resources import files

from cryodose.outcome.markup import Markup, el, join

# The page may show its own style and drawings, and do nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(title: str, style: str, *body: object, language: str = "en") -> str:
    """Return a whole HTML document.

    Parameters
    ----------
    title : str
        Title of the document; it is escaped.
    style : str
        Name of a style sheet of this room, such as ``report.css``.
    body : object
        What `el` takes as children.
    language : str
        In which it is written.
    """
    css = files("cryodose.report").joinpath(style).read_text(encoding="utf-8")
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        el("style", Markup(css)),
    )
    return "<!doctype html>\n" + el("html", head, el("body", join(*body)), lang=language) + "\n"


def section(title: str, *children: object, name: str) -> Markup:
    """Return a part of a page with its heading."""
    heading = el("h2", title, id=f"{name}-title")
    labelled = f"{name}-title"
    return el("section", heading, *children, class_=name, aria_labelledby=labelled)
