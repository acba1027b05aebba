"""What a child may not do is refused to it, what it may use has an end, and each is told in its own words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtime.sandbox.box import Module, Sandbox
from runtime.sandbox.confine import _DENIED, filter_code, landlock, seccomp
from runtime.sandbox.limits import ChildError, Limits, ended
from runtime.sandbox.trial import told, trial

PYTHON = (Path(sys.base_prefix), Path(sys.prefix))
SHORT = Limits(wall=20, cpu=10, memory=1 << 30, output=1 << 20)

files = pytest.mark.skipif(not landlock(), reason="this kernel has no Landlock")
calls = pytest.mark.skipif(not seccomp(), reason="this kernel filters no system calls")


def attempt(code: str, *, limits: Limits = SHORT, output: Path | None = None, inputs: tuple[Path, ...] = ()) -> bytes:
    """Run Python in a child that may read the interpreter and ``inputs``."""
    box = Sandbox((*PYTHON, *inputs), output, limits)
    return box.run([sys.executable, "-I", "-S", "-c", code], most=1 << 16)


def refused(code: str, **given: object) -> ChildError:
    with pytest.raises(ChildError) as caught:
        attempt(code, **given)  # type: ignore[arg-type]
    return caught.value


def test_a_child_does_its_work(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("given")
    (tmp_path / "out").mkdir()
    code = f"t=open({str(tmp_path / 'in')!r}).read(); open({str(tmp_path / 'out/made')!r},'w').write(t*2); print(t)"
    assert attempt(code, inputs=(tmp_path / "in",), output=tmp_path / "out") == b"given\n"
    assert (tmp_path / "out/made").read_text() == "givengiven"


@files
@pytest.mark.parametrize("what", ["/etc/passwd", "{project}/secret", "{project}/in/../secret", "/proc/1/environ"])
def test_it_reads_nothing_but_its_inputs(tmp_path: Path, what: str) -> None:
    (tmp_path / "secret").write_text("of another task")
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to("/etc/passwd")
    error = refused(f"open({what.format(project=tmp_path)!r}).read()", inputs=(tmp_path / "in",))
    assert "PermissionError" in str(error)
    assert error.trouble == "bug"


@files
def test_a_link_among_its_inputs_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link").symlink_to("/etc/passwd")
    assert "PermissionError" in str(refused(f"open({str(tmp_path / 'in/link')!r}).read()", inputs=(tmp_path / "in",)))


@files
@pytest.mark.parametrize(
    "deed",
    [
        "open({project!r} + '/new', 'w')", "open({project!r} + '/in', 'a')", "os.remove({project!r} + '/in')",
        "os.rename({project!r} + '/in', {project!r} + '/out/in')", "os.truncate({project!r} + '/in', 0)",
        "os.mkdir({project!r} + '/out/folder')", "os.symlink('/etc', {project!r} + '/out/etc')",
        "os.mkfifo({project!r} + '/out/pipe')", "os.execv('/bin/sh', ['sh', '-c', 'true'])",
    ],
)  # fmt: skip
def test_it_writes_nothing_but_its_outputs(tmp_path: Path, deed: str) -> None:
    (tmp_path / "in").write_text("input")
    (tmp_path / "out").mkdir()
    deed = deed.format(project=str(tmp_path))
    error = refused(f"import os; {deed}", inputs=(tmp_path / "in",), output=tmp_path / "out")
    assert "PermissionError" in str(error) or "cross-device" in str(error)
    assert (tmp_path / "in").read_text() == "input"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["in", "out"]


@calls
@pytest.mark.parametrize(
    "family", ["AF_INET, socket.SOCK_STREAM", "AF_INET, socket.SOCK_DGRAM", "AF_INET6, socket.SOCK_STREAM", "AF_UNIX, socket.SOCK_STREAM"]
)  # fmt: skip
def test_it_has_no_network(family: str) -> None:
    error = refused(f"import socket; socket.socket(socket.{family}).connect(('127.0.0.1', 9))")
    assert "PermissionError" in str(error)


@calls
@pytest.mark.parametrize(
    "deed", ["os.fork()", "os.posix_spawn('/bin/true', ['true'], {})", "os.setsid()", "os.kill(os.getppid(), 0)"]
)
def test_it_starts_and_reaches_no_process(deed: str) -> None:
    if "kill" in deed and landlock() < 6:
        pytest.skip("this kernel's Landlock knows no signals")
    assert "PermissionError" in str(refused(f"import os; {deed}"))


@calls
def test_a_fork_bomb_is_one_process() -> None:
    bomb = "import os\nfor _ in range(10**6):\n    try: os.fork()\n    except PermissionError: pass\nprint(os.getpid())"
    assert int(attempt(bomb)) > 0


def test_threads_are_allowed_and_end_with_memory() -> None:
    code = "import threading as t; x = t.Thread(target=print, args=('here',)); x.start(); x.join()"
    assert attempt(code) == b"here\n"
    many = "import threading as t, time\nwhile True: t.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    assert refused(many).trouble in ("bug", "out of memory")


def test_memory_has_an_end() -> None:
    error = refused("x = bytearray(100 << 30)")
    assert error.trouble == "out of memory"
    assert str(error) == "python needs more than the 1.1 GB of memory it may have"


def test_processor_time_has_an_end() -> None:
    error = refused("while True: pass", limits=Limits(wall=20, cpu=1))
    assert (error.trouble, str(error)) == ("timeout", "python was stopped: it used more than 1 s of processor")


def test_a_child_that_shrugs_the_warning_off_ends_too() -> None:
    stubborn = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    assert refused(stubborn, limits=Limits(wall=3, cpu=1)).trouble == "timeout"


def test_the_clock_has_an_end() -> None:
    began = time.monotonic()
    error = refused("import time; time.sleep(60)", limits=Limits(wall=0.3))
    assert (error.trouble, str(error)) == ("timeout", "python was stopped: it took longer than 0.3 s")
    assert time.monotonic() - began < 20


def test_a_file_has_an_end(tmp_path: Path) -> None:
    endless = f"f=open({str(tmp_path / 'made')!r},'wb')\nwhile True: f.write(b'x'*65536)"
    error = refused(f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n{endless}", output=tmp_path)
    assert str(error) == "python was stopped: it wrote more than 1 MB to a file"
    assert (tmp_path / "made").stat().st_size == 1 << 20
    assert "File too large" in str(refused(endless, output=tmp_path))


def test_chatter_has_an_end() -> None:
    with pytest.raises(ChildError):
        attempt("import sys\nwhile True: sys.stderr.write('x'*65536)")


def test_what_it_answers_has_an_end() -> None:
    assert len(attempt("import sys\nwhile True: sys.stdout.write('x'*65536)")) == 1 << 16


def test_no_core_is_left(tmp_path: Path) -> None:
    error = refused("import os; os.chdir('/tmp'); os.abort()")
    assert "crashed (signal 6)" in str(error)
    assert attempt("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))") == b"(0, 0)\n"


def test_limits_cannot_be_raised_again() -> None:
    deed = "import resource as r; r.setrlimit(r.RLIMIT_AS, (r.RLIM_INFINITY, r.RLIM_INFINITY))"
    assert "not allowed to raise" in str(refused(deed)) or "PermissionError" in str(refused(deed))


def test_its_environment_is_ours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILM_SECRET", "do not tell")
    said = attempt("import os; print(sorted(os.environ))").decode()
    assert "SECRET" not in said
    assert "HOME" not in said


def test_leaving_early_kills_it() -> None:
    with Sandbox(PYTHON, limits=SHORT).start(
        [sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"]
    ) as child:
        pid = child.pid
    assert not _alive(pid)


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    """The parent is killed in a way it cannot see; the child, asleep, is gone a moment later."""
    code = (
        "import sys; from pathlib import Path; from runtime.sandbox.box import Sandbox\n"
        f"box = Sandbox((Path({sys.base_prefix!r}), Path({sys.prefix!r})))\n"
        "child = box.start([sys.executable, '-I', '-S', '-c', 'import time; print(1, flush=True); time.sleep(60)'])\n"
        "child.output.read(1); print(child.pid, flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert _alive(pid)
        parent.kill()
    for _ in range(200):
        if not _alive(pid):
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the child outlived its parent")


def test_a_module_of_ours_runs_confined() -> None:
    found = trial()
    assert found["reading"] is (landlock() > 0)
    assert found["writing"] is (landlock() > 0)
    assert found["processes"] is seccomp()
    assert told().endswith("by limits")


def test_a_module_reads_code_and_nothing_beside_it(tmp_path: Path) -> None:
    with pytest.raises(ChildError, match="No module named"):
        Sandbox(limits=SHORT).run(Module("runtime.no_such_module"))


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(ChildError, match=r"could not be confined.*No such file") as caught:
        Sandbox(limits=SHORT).run(["/no/such/program"])
    assert caught.value.trouble == "bug"


@pytest.mark.parametrize(
    ("status", "said", "late", "cpu", "expected"),
    [
        (1, "", 20.0, 0.0, ("x was stopped: it took longer than 20 s", "timeout")),
        (-9, "", 0.0, 10.2, ("x was stopped: it used more than 10 s of processor", "timeout")),
        (-9, "", 0.0, 1.0, ("x was killed by the system, most likely for want of memory", "out of memory")),
        (255, "Cannot allocate memory", 0.0, 1.0, ("x needs more than the 1.1 GB of memory it may have", "out of memory")),
        (3, "noise\nit is no picture", 0.0, 1.0, ("it is no picture", "bad input")),
        (-11, "", 0.0, 1.0, ("x crashed (signal 11)", "bad input")),
        (1, "[in#0 @ 0x55] [mov @ 0x1] moov atom not found\nInvalid.", 0.0, 1.0, ("x cannot use it: moov atom not found", "bad input")),
        (125, "sandbox: no", 0.0, 1.0, ("x was not run, because it could not be confined: sandbox: no", "bug")),
    ],
)  # fmt: skip
def test_each_end_has_its_words(status: int, said: str, late: float, cpu: float, expected: tuple[str, str]) -> None:
    assert ended("x", status, said, SHORT, late, cpu, "bad input") == expected


@pytest.mark.parametrize("processor", sorted(_DENIED))
def test_the_filter_by_an_interpreter_of_its_own(processor: int) -> None:
    """Every number, run through the filter by hand: what is in the table fails, threads pass, the rest passes."""
    code = filter_code(processor)
    lines = [code[k : k + 8] for k in range(0, len(code), 8)]
    clone = {0xC000003E: 56, 0xC00000B7: 220}[processor]

    def verdict(number: int, arch: int = processor, flags: int = 0) -> int:
        value, at = 0, 0
        while True:
            what = int.from_bytes(lines[at][:2], "little")
            yes, no, k = lines[at][2], lines[at][3], int.from_bytes(lines[at][4:], "little")
            at += 1
            match what:
                case 0x20:
                    value = {0: number, 4: arch, 16: flags}[k]
                case 0x15:
                    at += yes if value == k else no
                case 0x35:
                    at += yes if value >= k else no
                case 0x45:
                    at += yes if value & k else no
                case 0x06:
                    return k

    allow = 0x7FFF0000
    for number in range(600):
        passes = number not in (*_DENIED[processor], clone, 435)
        assert (verdict(number) == allow) is passes, number
    assert verdict(clone, flags=0x00010000) == allow
    assert verdict(clone, flags=0x11) == 0x00050001
    assert verdict(435) == 0x00050000 | 38
    assert verdict(0, arch=0x40000003) != allow, "32-bit calls have other numbers"
    assert verdict(0x40000000 | 41) != allow, "so have those of x32"


def _alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_thousands_of_inputs_are_named(tmp_path: Path) -> None:
    names = [tmp_path / f"{'long' * 40}-{number}" for number in range(4000)]
    for name in names:
        name.touch()
    names[-1].write_text("last")
    assert attempt(f"print(open({str(names[-1])!r}).read())", inputs=tuple(names)) == b"last\n"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root has powers to give up")
def test_root_keeps_no_power_but_to_open_files() -> None:
    """Bits 1 and 2 of what a process of ours may do: past the permissions of files, which Landlock then narrows."""
    code = "from runtime.sandbox.confine import confine; f = open('/proc/self/status'); confine([], [], []); print(f.read())"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    powers = {line.split(":")[0]: int(line.split()[1], 16) for line in shown.splitlines() if line.startswith("Cap")}
    assert powers["CapPrm"] | powers["CapEff"] | powers["CapBnd"] <= 0b110
    assert powers["CapInh"] | powers["CapAmb"] == 0
    assert "NoNewPrivs:\t1" in shown
