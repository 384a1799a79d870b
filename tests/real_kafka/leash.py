"""Become another program that the kernel kills as soon as its parent dies.

Run as a script: `python leash.py PARENT_PID PROGRAM ARGUMENT...`. A script and not a `preexec_fn`,
which may deadlock in a parent that has threads. The process number stays the same, so signals
reach the program itself.
"""

import ctypes
import os
import signal
import sys

__all__ = ["leashed"]

_PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>


def leashed(*command: str) -> list[str]:
    """A command that becomes *command*, tied to this process."""
    # Isolated and without site packages: such a Python is there at once.
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def main(parent: int, command: list[str]) -> None:
    """Tie this process to its parent's life, then turn into the command."""
    # Elsewhere there is no such call; there only a regular end of the parent stops the program.
    if sys.platform == "linux":
        library = ctypes.CDLL(None, use_errno=True)
        if library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
        # The parent may have died before the call, and then no signal would ever come.
        if os.getppid() != parent:
            sys.exit("the parent is gone")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
