"""HTML put together from elements: whatever is not an element is escaped."""

from __future__ import annotations

from html import escape

VOID = frozenset({"br", "hr", "img", "meta"})


class Markup(str):
    """Text that is HTML already; any other text is escaped before it becomes part of a page."""

    __slots__ = ()


def el(tag: str, *children: object, **attributes: object) -> Markup:
    """Return one element.

    Parameters
    ----------
    tag : str
        Name of the element.
    children : object
        `Markup` is taken as it is, None is left out, lists are unfolded, the rest is escaped.
    attributes : object
        Values are escaped; None and False are left out, True stands alone. A trailing underscore
        is dropped (``class_``) and others become hyphens (``aria_label``).

    Examples
    --------
    >>> el("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    head = "".join(_attribute(k, v) for k, v in attributes.items() if v not in (None, False))
    if tag in VOID:
        return Markup(f"<{tag}{head}>")
    return Markup(f"<{tag}{head}>{join(*children)}</{tag}>")


def join(*children: object) -> Markup:
    """Return children one after the other."""
    return Markup("".join(_child(c) for c in children))


def table(head: tuple[str, ...], rows: list[tuple[object, ...]], **attributes: object) -> Markup:
    """Return a table whose first column names the row."""
    top = el("tr", [el("th", name, scope="col") for name in head])
    body = [
        el("tr", el("th", row[0], scope="row"), [el("td", cell) for cell in row[1:]])
        for row in rows
    ]
    return el("table", el("thead", top), el("tbody", body), **attributes)


def _attribute(name: str, value: object) -> str:
    key = name.rstrip("_").replace("_", "-")
    return f" {key}" if value is True else f' {key}="{escape(str(value), quote=True)}"'


def _child(child: object) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return str(child)
    if isinstance(child, list):
        return "".join(_child(c) for c in child)
    return escape(str(child), quote=True)
