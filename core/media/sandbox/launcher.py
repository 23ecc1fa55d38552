"""Runs a program that reads files from strangers: with limits, without network, seeing only its own files.

A script, not a module: ``python -I -S launcher.py JSON PROGRAM ARGUMENTS...`` confines itself and becomes
the program. The JSON object has ``memory_bytes``, ``cpu_seconds``, the paths that it may ``read``, and the
folders that it may ``write`` in. Only the standard library is imported, so that starting costs little.

* Resource limits (setrlimit) bound memory, processor time, open files and core dumps.
* A seccomp filter refuses sockets, and looking into other processes. Linux on x86-64 and ARM64.
* Landlock, where the kernel has it (Linux 5.13), hides every file but those named and the system's libraries.
"""

import ctypes
import json
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

OPEN_FILES = 256
SYSTEM = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/fonts",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system",
)
"""What programs need of the system; never all of /proc, where the worker's environment can be read."""

_LIBC = ctypes.CDLL(None, use_errno=True)
_SET_SECCOMP, _SET_NO_NEW_PRIVILEGES = 22, 38

_FILTERED = {
    # audit's name of the machine, then its numbers of socket, ptrace, process_vm_readv and process_vm_writev
    "x86_64": (0xC000003E, (41, 101, 310, 311)),
    "aarch64": (0xC00000B7, (198, 117, 270, 271)),
}
_EVERYWHERE = (425, 438)
"""Numbers of io_uring_setup, which would open sockets behind the filter's back, and pidfd_getfd."""

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
_FILE_RIGHTS = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 14) | (1 << 15)
"""Those of Landlock's rights that a file has; the others are a folder's."""
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights each version of Landlock knows; from version 5 on, 16."""
_SCOPES = 3
"""From version 6 on: no signals and no abstract sockets to the outside."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def main(arguments: list[str]) -> None:
    """Becomes the program; never returns."""
    wanted = json.loads(arguments[0])
    program = arguments[1]
    limit(wanted["memory_bytes"], wanted["cpu_seconds"])
    if sys.platform == "linux":
        _check(_LIBC.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        hide_files([*SYSTEM, program, os.path.realpath(program), *wanted["read"]], wanted["write"])
        refuse_sockets(platform.machine())
    os.execv(program, arguments[1:])  # noqa: S606 - this is the point of it


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Sets the resource limits; a lower one that is there already stays."""
    wanted = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS has no limit of memory
            resource.setrlimit(kind, (allowed, allowed))


def refuse_sockets(machine: str) -> None:
    """Installs the seccomp filter: the refused calls fail with EACCES. Machines not named have none."""
    if machine not in _FILTERED:
        return
    name, numbers = _FILTERED[machine]
    code = seccomp_filter(name, (*numbers, *_EVERYWHERE))
    program = _Program(len(code) // 8, code)
    _check(_LIBC.prctl(_SET_SECCOMP, 2, ctypes.byref(program), 0, 0))


def seccomp_filter(machine: int, refused: tuple[int, ...]) -> bytes:
    """The filter as classic BPF: refuses what is listed and calls of another machine, allows the rest."""
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | 13
    length = len(refused)
    steps = [
        (load, 0, 0, 4),
        (equal, 0, length + 3, machine),
        (load, 0, 0, 0),
        (at_least, length + 1, 0, 0x40000000),
        *((equal, length - index, 0, number) for index, number in enumerate(refused)),
        (give, 0, 0, allow),
        (give, 0, 0, refuse),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def hide_files(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Leaves these to be read (folders: with all that is in them), and these folders to be written in."""
    version = _LIBC.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    every = (1 << _RIGHTS.get(version, 16)) - 1
    attributes = struct.pack("=QQQ", every, 0, _SCOPES) if version >= 6 else struct.pack("=Q", every)
    rules = _LIBC.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    _check(rules)
    for path in readable:
        _allow(rules, path, _EXECUTE | _READ_FILE | _READ_FOLDER)
    for path in writable:
        _allow(rules, path, every & ~_EXECUTE)
    _check(_LIBC.syscall(_RESTRICT_SELF, rules, 0))
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib would double the time to start
        rights &= _FILE_RIGHTS
    rule = struct.pack("=Qi", rights, opened)
    _check(_LIBC.syscall(_ADD_RULE, rules, 1, rule, 0))
    os.close(opened)


def _check(result: Any) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main(sys.argv[1:])
