"""Durable: a draft gets its name when the disk has it, so that no crash of the machine takes it back."""

import errno
import os
from pathlib import Path

__all__ = ["put_in_place"]

_NO_FOLDERS = (errno.EINVAL, errno.ENOTSUP)
"""What file systems answer that cannot write a folder through to the disk."""


def put_in_place(draft: Path, path: Path) -> None:
    """Give a closed draft its name, in the same folder; return when the disk has both.

    Raises:
        OSError: the disk does not take it; what lay at *path* may still be there.
    """
    with draft.open("r+b") as file:
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in _NO_FOLDERS:
            raise
    finally:
        os.close(folder)
