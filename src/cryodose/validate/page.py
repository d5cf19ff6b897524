"""The validation as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from urllib.parse import quote

from cryodose import __version__
from cryodose.validate import prose, tables
from cryodose.validate.results import ExperimentScore, Validation
from cryodose.validate.style import STYLE

__all__ = ["to_html"]


def to_html(validation: Validation, figures: Mapping[str, str] | None = None) -> str:
    """Return the page; it needs no network and no script.

    Parameters
    ----------
    figures : mapping of str to str, optional
        Caption -> SVG text, as `cryodose.plots.validation.validation_figures` makes them. The
        text is put into the page as it is.
    """
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            "<title>cryodose: validation</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            *_body(validation, figures or {}),
            "</main>",
            "</body>",
            "</html>",
            "",
        )
    )


def _body(validation: Validation, figures: Mapping[str, str]) -> Iterator[str]:
    yield "<h1>Validation against published experiments</h1>"
    yield f'<p class="lead">{escape(prose.opening(validation))}</p>'
    yield "<h2>Targets</h2>"
    yield _table(tables.targets_table(validation))
    if validation.drugs:
        yield "<h2>Drugs by class of ion</h2>"
        yield _table(tables.drugs_table(validation))
    if figures:
        yield "<h2>Measured and predicted</h2>"
        yield from (_figure(caption, svg) for caption, svg in figures.items())
    yield "<h2>Summary</h2>"
    yield _table(tables.summary_table(validation))
    yield "<h2>What was fitted to what</h2>"
    yield from (f"<p>{escape(line)}</p>" for line in prose.honesty(validation))
    yield _table(tables.fitted_table(validation))
    for study in validation.individuals:
        yield f"<h2>Single people: {escape(study.key)}</h2>"
        yield from (f"<p>{escape(line)}</p>" for line in prose.study_lines(study))
        yield _table(tables.individuals_table(study))
    yield "<h2>What does not come out</h2>"
    gaps = tables.gaps_table(validation)
    nothing = "<p>Nothing: every number is predicted, every relation holds.</p>"
    yield _table(gaps) if gaps.rows else nothing
    yield "<h2>How it was compared</h2>"
    yield f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in prose.method())}</ul>"
    yield "<h2>Experiments</h2>"
    yield _table(tables.experiments_table(validation))
    for experiment in validation.experiments:
        yield from _experiment(experiment)
    yield (
        f"<footer><p>cryodose {escape(__version__)}, {validation.members} members, seed "
        f"{validation.seed}. For research; no medical advice.</p></footer>"
    )


def _experiment(score: ExperimentScore) -> Iterator[str]:
    mark = "" if score.not_run is None else " (not run)"
    yield f"<details><summary><h3>{escape(score.key)}{mark}</h3> {escape(score.title)}</summary>"
    link = ""
    if score.doi:
        address = f"https://doi.org/{quote(score.doi)}"
        link = f' <a href="{escape(address)}">doi:{escape(score.doi)}</a>'
    yield f"<p>{escape(score.citation)} (read: {escape(score.read)}).{link}</p>"
    if score.not_run is not None:
        yield f"<p>Not run: {escape(score.not_run)}.</p>"
    for text, keys in (("Calibrated on it", score.fitted), ("Taken from it", score.informed)):
        if keys:
            yield f"<p>{text}: {', '.join(f'<code>{escape(key)}</code>' for key in keys)}.</p>"
    for table in (
        tables.numbers_table(score),
        tables.relations_table(score),
        tables.assumed_table(score),
    ):
        if table.rows:
            yield f"<h4>{table.title}</h4>"
            yield _table(table)
    yield "</details>"


def _table(table: tables.Table) -> str:
    head = "".join(
        f'<th scope="col"{_kind(table, i)}>{escape(c)}</th>' for i, c in enumerate(table.head)
    )
    body = "".join(f"<tr>{_cells(table, row)}</tr>" for row in table.rows)
    # A focusable region lets a wide table be scrolled by keyboard on a narrow screen.
    return (
        f'<div class="scroll" role="region" aria-label="{escape(table.title)}" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(table: tables.Table, row: tuple[str, ...]) -> str:
    first = f'<th scope="row">{escape(row[0])}</th>'
    return first + "".join(
        f"<td{_kind(table, i)}>{escape(cell)}</td>" for i, cell in enumerate(row[1:], 1)
    )


def _kind(table: tables.Table, column: int) -> str:
    return ' class="number"' if table.is_number(column) else ""


def _figure(caption: str, svg: str) -> str:
    text = escape(caption)
    return (
        f'<figure><div class="scroll" role="region" aria-label="{text}" tabindex="0">'
        f'<div class="drawing" role="img" aria-label="{text}">{svg}</div></div>'
        f"<figcaption>{text}</figcaption></figure>"
    )
