"""The terminal: tables on standard output, a sign of life on standard error."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from cryodose.cli.targets import Targets


def console() -> Console:
    """Return a console for standard output: no colour when piped, nothing read as markup."""
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            # The end of a command is the guard's business.
            raise BrokenPipeError

    return Screen(markup=False, highlight=False, emoji=False, soft_wrap=False)


def print_result(lines: Iterable[RenderableType], targets: Targets) -> None:
    """Print a result, and the files that were written."""
    from rich.text import Text

    out = console()
    for line in lines:
        out.print(line)
    for what, path in targets.written():
        out.print(Text(f"Wrote {what}: {path}", style="green"), soft_wrap=True)


def print_json(data: dict[str, Any]) -> None:
    """Write JSON, as UTF-8 whatever the terminal speaks, and nothing else."""
    from cryodose.io.plain import json_text

    sys.stdout.flush()
    # Half a surrogate pair, which JSON allows and UTF-8 does not, goes out as JSON writes it.
    sys.stdout.buffer.write(json_text(data).encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


@contextlib.contextmanager
def working(words: str) -> Iterator[None]:
    """Show that something is going on, on a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{words} ..."):
        yield
