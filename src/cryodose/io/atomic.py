"""Files written whole or not at all: whatever stops the program, nobody reads half a file."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryodose.errors import BadInput

_NEW_FILE_MODE = 0o666


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a file to write to that takes the place of `path` once it is complete.

    The new content lies in a file of its own in the same folder, reaches the disk, and is then
    renamed over the old one in one step. After an error the old file is untouched and the new one
    is gone. A device or a pipe (``/dev/stdout``) is written to directly.

    Parameters
    ----------
    path : path-like
        The file to write; a symbolic link is followed.

    Raises
    ------
    BadInput
        If there is no writing there.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.is_dir() or names_a_folder(path):
            raise BadInput(path, "", expected="a file to write, but this is a directory")
        if _is_special(target):
            yield target
            return
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".cryodose-", suffix=".part")
        os.close(handle)
        part = Path(name)
        try:
            yield part
            _flush_to_disk(part)
            os.chmod(part, _mode_for(target))
            os.replace(part, target)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
        _flush_folder(target.parent)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(path, "", expected=f"a file that can be written ({reason})") from None


def names_a_folder(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path ends like one of a folder, whether or not it is there."""
    return os.fspath(path).endswith(tuple(x for x in (os.sep, os.altsep) if x))


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write text (as UTF-8) or bytes to a file, whole or not at all.

    Raises
    ------
    BadInput
        If there is no writing there.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    with replacing(path) as part:
        part.write_bytes(data)


def _is_special(target: Path) -> bool:
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISREG(mode)


def _mode_for(target: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(os.stat(target).st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return _NEW_FILE_MODE & ~mask


def _flush_to_disk(part: Path) -> None:
    with part.open("rb+") as stream:
        os.fsync(stream.fileno())


def _flush_folder(folder: Path) -> None:
    # The new name itself must reach the disk; not every system lets a folder be opened.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
