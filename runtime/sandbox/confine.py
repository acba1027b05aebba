"""The launcher: gives up everything a child has no need of, then becomes the child.

It is run by a bare interpreter between the spawning process and the program, because nothing but system calls may be
done between a fork and an exec in a process with threads. It stands on the standard library alone, and on its smallest
part: every child waits for it.
"""

from __future__ import annotations

import os
import sys
from resource import RLIM_INFINITY, RLIMIT_AS, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_FSIZE, getrlimit, setrlimit
from stat import S_ISDIR
from struct import pack

_UNCONFINED = 125
_X86, _ARM = 0xC000003E, 0xC00000B7
_THREAD = 0x00010000
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446

# Landlock's rights to files, by bit.
_EXECUTE, _WRITE, _READ, _LIST, _REMOVE, _MAKE, _TRUNCATE = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 8, 1 << 14
_OF_A_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE
_ALL_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_SINCE_5 = (1 << 16) - 1

_DENIED = {
    _X86: (
        *(41, 42, 43, 44, 46, 49, 50, 53, 288),  # socket, connect, accept, sendto, sendmsg, bind, listen, socketpair, accept4
        *(57, 58, 109, 112),  # fork, vfork, setpgid, setsid
        *(101, 310, 311, 434, 438),  # ptrace, process_vm_readv and _writev, pidfd_open, pidfd_getfd
        *(155, 161, 165, 166, 272, 308),  # pivot_root, chroot, mount, umount2, unshare, setns
        *(175, 176, 246, 313, 320, 321, 298, 323),  # modules, kexec, bpf, perf_event_open, userfaultfd
        *(248, 249, 250, 425, 426, 427),  # keys, io_uring
        *(29, 64, 68, 240, 319, 447),  # memory and queues that no limit counts: System V, mq_open, memfd_create, memfd_secret
    ),
    _ARM: (
        *(198, 199, 200, 201, 202, 203, 206, 211, 242),
        *(154, 157),
        *(117, 270, 271, 434, 438),
        *(39, 40, 41, 51, 97, 268),
        *(104, 105, 106, 273, 280, 241, 282, 294),
        *(217, 218, 219, 425, 426, 427),
        *(180, 186, 190, 194, 279, 447),
    ),
}  # fmt: skip
_CLONE = {_X86: 56, _ARM: 220}
_CLONE3 = 435
_PLAIN_ROOT = (1, 2)
"""What of root's power is left: to open files whoever owns them, which Landlock then narrows."""


def main(words: list[str]) -> None:
    """``words``: ``name=value`` …, ``--``, then a program and its arguments, or ``:module`` and its arguments.

    Names: parent (process id), cpu (s), memory, output (bytes), read, run (files or folders), write (a folder), path
    (a folder of modules), package (a package's own folder), words (a descriptor where all these are found instead).
    Never returns, except for a module that is to be run here.
    """
    given: dict[str, list[str]] = {}
    at = words.index("--")
    told = words[:at]
    if told[0].startswith("words="):
        told = _told_by(int(told[0][6:]))
    for word in told:
        name, _, value = word.partition("=")
        given.setdefault(name, []).append(value)
    program = words[at + 1 :]
    try:
        for kind, name, spare in ((RLIMIT_AS, "memory", 0), (RLIMIT_CPU, "cpu", 5), (RLIMIT_FSIZE, "output", 0)):
            _limit(kind, int(given[name][0]), spare)
        _limit(RLIMIT_CORE, 0, 0)
        if sys.platform == "linux":
            die_with(int(given["parent"][0]))
            confine(given.get("read", []), given.get("run", []), given.get("write", []))
        if program[0].startswith(":"):
            _become_module(program, given.get("path", []), given.get("package", []))
        else:
            os.execv(program[0], program)
    except OSError as error:
        os.write(2, f"sandbox: {error}\n".encode(errors="replace"))
        os._exit(_UNCONFINED)


def _told_by(descriptor: int) -> list[str]:
    told = b""
    while block := os.read(descriptor, 1 << 20):
        told += block
    os.close(descriptor)
    return told.decode("utf-8", "surrogateescape").split("\0")


def die_with(parent: int) -> None:
    """Ask the kernel to end this process when its parent ends."""
    from ctypes import CDLL

    CDLL(None).prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:  # it ended before the request took hold
        os._exit(1)


def confine(read: list[str], run: list[str], write: list[str]) -> None:
    """No new powers, no files but those named, no network, no processes. Raises ``OSError`` when what is there fails."""
    filtered = seccomp()
    if not filtered:
        _leave_network()
    _give_up_powers()
    if landlock() > 0:
        _landlock(read, run, write)
    if filtered:
        _seccomp()


def landlock() -> int:
    """Version of the kernel's Landlock; 0 where it has none."""
    if sys.platform != "linux":
        return 0
    from ctypes import CDLL

    return max(0, int(CDLL(None).syscall(_CREATE_RULESET, None, 0, 1)))


def seccomp() -> bool:
    """Whether the kernel filters system calls, on a processor whose numbers are known here."""
    return sys.platform == "linux" and _processor() is not None and _prctl(21, probing=True) >= 0


def _processor() -> int | None:
    return {"x86_64": _X86, "aarch64": _ARM}.get(os.uname().machine)


def _prctl(option: int, *values: object, probing: bool = False) -> int:
    from ctypes import CDLL, c_ulong, get_errno

    prctl = CDLL(None, use_errno=True).prctl
    padded = [v if not isinstance(v, int) else c_ulong(v) for v in (*values, 0, 0, 0, 0)[:4]]
    found = int(prctl(option, *padded))
    if found < 0 and not probing:
        raise OSError(get_errno(), f"prctl {option}: {os.strerror(get_errno())}")
    return found


def _limit(kind: int, value: int, spare: int) -> None:
    hard = getrlimit(kind)[1]
    top = value + spare if hard == RLIM_INFINITY else min(value + spare, hard)
    setrlimit(kind, (min(value, top), top))


def _give_up_powers() -> None:
    _prctl(38, 1)  # PR_SET_NO_NEW_PRIVS
    if os.geteuid() == 0:
        from ctypes import CDLL, create_string_buffer

        for power in range(64):
            if power not in _PLAIN_ROOT and _prctl(24, power, probing=True) < 0:  # PR_CAPBSET_DROP
                break
        version, held = pack("<Ii", 0x20080522, 0), create_string_buffer(24)
        CDLL(None).capget(version, held)
        kept = sum(1 << power for power in _PLAIN_ROOT) & int.from_bytes(held.raw[4:8], "little")
        if CDLL(None).capset(version, pack("<6I", kept, kept, 0, 0, 0, 0)):
            raise OSError("the powers of root cannot be given up")


def _landlock(read: list[str], run: list[str], write: list[str]) -> None:
    from ctypes import CDLL, get_errno

    syscall = CDLL(None, use_errno=True).syscall
    version = landlock()
    rights = _ALL_RIGHTS.get(version, _ALL_SINCE_5)
    # No TCP since version 4; since 6 no signals and no abstract sockets to processes outside.
    attributes = pack("<QQQ", rights, 3, 3)[: 8 if version < 4 else 16 if version < 6 else 24]
    rules = syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        raise OSError(get_errno(), f"Landlock: {os.strerror(get_errno())}")
    allowed = (
        (read, _READ | _LIST),
        (run, _READ | _LIST | _EXECUTE),
        (write, _READ | _LIST | _WRITE | _REMOVE | _MAKE | _TRUNCATE),
        (["/dev/null"], _READ | _WRITE),
        (["/dev/urandom"], _READ),
    )
    for paths, wanted in allowed:
        for path in paths:
            try:
                handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except FileNotFoundError:
                continue  # what is not there cannot be read
            granted = wanted & rights & (-1 if S_ISDIR(os.fstat(handle).st_mode) else _OF_A_FILE)
            if syscall(_ADD_RULE, rules, 1, pack("<Qi", granted, handle), 0):
                raise OSError(get_errno(), f"Landlock, {path}: {os.strerror(get_errno())}")
            os.close(handle)
    if syscall(_RESTRICT_SELF, rules, 0):
        raise OSError(get_errno(), f"Landlock: {os.strerror(get_errno())}")
    os.close(rules)


def _seccomp() -> None:
    from ctypes import addressof, create_string_buffer

    processor = _processor()
    assert processor is not None
    code = filter_code(processor)
    program = create_string_buffer(code, len(code))
    header = create_string_buffer(pack("<HxxxxxxQ", len(code) // 8, addressof(program)), 16)
    _prctl(22, 2, addressof(header))  # PR_SET_SECCOMP, filter


def filter_code(processor: int) -> bytes:
    """The filter, as classic BPF: what is in the table fails as not permitted, threads are made but no processes."""
    load, equal, at_least, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, refuse, unknown = 0x7FFF0000, 0x00050001, 0x00050000 | 38  # EPERM; ENOSYS: the C library falls back to clone
    denied = _DENIED[processor]
    tail = [(give, 0, 0, allow), (give, 0, 0, refuse), (give, 0, 0, unknown)]
    # By distance from the end: allow is 3 away, refuse 2, unknown 1.
    lines = [
        (load, 0, 0, 4), (equal, 0, "refuse", processor), (load, 0, 0, 0), (at_least, "refuse", 0, 0x40000000),
        *((equal, "refuse", 0, number) for number in denied),
        (equal, "unknown", 0, _CLONE3), (equal, 0, "allow", _CLONE[processor]), (load, 0, 0, 16), (any_bit, "allow", "refuse", _THREAD),
    ]  # fmt: skip
    place = {"allow": len(lines), "refuse": len(lines) + 1, "unknown": len(lines) + 2}
    made = b""
    for number, (what, yes, no, value) in enumerate([*lines, *tail]):
        jumps = [place[to] - number - 1 if isinstance(to, str) else to for to in (yes, no)]
        made += pack("<HBBI", what, *jumps, value)
    return made


def _leave_network() -> None:
    """Where calls cannot be filtered: a network of its own, with nothing in it, if that is permitted."""
    from ctypes import CDLL

    unshare = CDLL(None).unshare
    for spaces in (0x40000000, 0x40000000 | 0x10000000):  # a network; with a user space of its own
        if unshare(spaces) == 0:
            return


def _become_module(program: list[str], path: list[str], packages: list[str]) -> None:
    from runpy import run_module

    sys.path[:] = [*path, *sys.path]
    found = {place.rpartition("/")[2]: place for place in packages}
    sys.meta_path.insert(0, _Packages(found))  # type: ignore[arg-type]
    sys.argv = [program[0][1:], *program[1:]]
    run_module(program[0][1:], run_name="__main__")


class _Packages:
    """Finds packages by their own folders: the folder that they lie in need not be readable."""

    def __init__(self, places: dict[str, str]) -> None:
        self._places = places

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        from importlib.util import spec_from_file_location

        place = self._places.get(name)
        if place is None:
            return None
        return spec_from_file_location(name, f"{place}/__init__.py", submodule_search_locations=[place])
