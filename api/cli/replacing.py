"""Files that a command writes: complete, or as they were before."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

from graph.errors import BadUsage


@contextmanager
def replacing(path: Path, option: str, *, private: bool = False) -> Iterator[BinaryIO]:
    """Give a stream for the new content of a file, which takes the old one's place when complete.

    A link stays, and what it leads to gets the content. A device or a pipe, such as /dev/null, is
    written to as it is: another file must never take its place. BadUsage, naming the option that
    gave the path, when it cannot be written. A `private` file is its owner's alone.
    """
    try:
        path = path.resolve()
        if path.exists() and not (path.is_file() or path.is_dir()):
            with path.open("wb") as stream:
                yield stream
            return
        with NamedTemporaryFile(
            "wb", dir=path.parent, prefix=f".{path.name}.", suffix=".new", delete=False
        ) as made:
            temporary = Path(made.name)
            try:
                yield cast("BinaryIO", made)
                made.flush()
                os.fsync(made.fileno())
                temporary.chmod(0o600 if private else _mode(path))
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        msg = f"{path} cannot be written: {error.strerror or error}"
        raise BadUsage(msg, f"give {option} a file in a folder you can write to") from error


def _mode(path: Path) -> int:
    """Give the mode of the file that is replaced, or that of a new one under the process's mask."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
