"""The last line of defence: every end of a command becomes an exit code and at most one line."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import TextIO

from cryodose.errors import CryodoseError, one_line

BUG, USAGE, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141
DEBUG = "--debug"


def say(text: str) -> None:
    """Write plain text to stderr; nothing in it is read as markup."""
    print(text, file=sys.stderr)


def guarded(run: Callable[[], int], *, debug: bool) -> int:
    """Run a command and return its exit code.

    Parameters
    ----------
    run : callable
        The command; returns its own exit code.
    debug : bool
        Show the traceback of an unexpected error.
    """
    with warnings.catch_warnings():
        warnings.showwarning = _warn
        try:
            code = run()
            sys.stdout.flush()
        except KeyboardInterrupt:
            say("cryodose: interrupted; nothing half-written was left behind")
            return INTERRUPTED
        except BrokenPipeError:
            return _pipe_closed()
        except CryodoseError as error:
            say(str(error))
            return error.exit_code
        except Exception as error:
            return _unexpected(error, debug)
    return code


def _unexpected(error: Exception, debug: bool) -> int:
    # What the option parser finds wrong knows its own exit code and a sentence for the user.
    words = getattr(error, "format_message", None)
    if callable(words):
        say(f"cryodose: {one_line(str(words()), 300)}")
        return int(getattr(error, "exit_code", USAGE))
    if type(error).__name__ == "Abort":
        say("cryodose: stopped")
        return INTERRUPTED
    if debug:
        traceback.print_exc()
    else:
        what = one_line(f"{type(error).__name__}: {error}", 200)
        say(f"cryodose: unexpected error: {what} (run again with {DEBUG} to see where)")
    return BUG


def _pipe_closed() -> int:
    # Python would flush stdout at its end and complain once more.
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, sys.stdout.fileno())
    return PIPE_CLOSED


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    say(f"cryodose: warning: {one_line(str(message))}")
