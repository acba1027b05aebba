"""What there is to run on: what is said, what a driver says, and that nobody looks before there is work for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.passes.program import Setting
from compiler.passes.run import run_passes
from runtime.cli.machine import Machine
from runtime.schedule import machine
from runtime.schedule.devices import GB
from runtime.schedule.lanes import CPU, DEVICE
from runtime.schedule.machine import DeviceSettingError, devices, driver_rows, local_lanes, said_devices
from tests.bench.chains import chains
from tests.schedule.conftest import TOOLS
from tests.schedule.test_calls import takes

_DRIVER = """0, GPU-aaaa-1, NVIDIA H100 80GB HBM3, 80000
1, GPU-bbbb-2, NVIDIA RTX 4090, 24000
2, GPU-cccc-3, NVIDIA odd, [N/A]
nonsense
"""


def test_devices_are_what_is_said() -> None:
    one, two = said_devices("cuda:0=24GB, cuda:1 = 80 gb")
    assert (one.name, one.slots, one.memory, one.serves) == ("cuda:0", 1, 24 * GB, DEVICE)
    assert dict(two.environment)["CUDA_VISIBLE_DEVICES"] == "1"
    (plain,) = said_devices("pretended=1.5")
    assert (plain.memory, plain.environment) == (int(1.5 * GB), ())
    assert [said_devices(text) for text in ("", "none", "0", "OFF")] == [()] * 4


@given(
    st.one_of(
        st.sampled_from(["a", "a=", "=3", "a=0", "a=1,a=2", "cpu=3", "a=1,,b=2", "a=-1", "a=1TB"]), st.text(max_size=20)
    )
)
def test_what_cannot_be_understood_is_said(text: str) -> None:
    try:
        lanes = said_devices(text)
    except DeviceSettingError as error:
        assert "FILM_DEVICES" in str(error)  # noqa: PT017 - either is right
    else:
        assert all(lane.memory > 0 and lane.slots == 1 for lane in lanes)


def test_a_drivers_rows_are_read_as_far_as_this_process_may_see_them() -> None:
    every = driver_rows(_DRIVER, {})
    assert [(name, free >> 20) for name, _, free in every] == [("GPU-aaaa-1", 80000), ("GPU-bbbb-2", 24000)]
    assert [name for name, _, _ in driver_rows(_DRIVER, {"CUDA_VISIBLE_DEVICES": "1"})] == ["GPU-bbbb-2"]
    assert [name for name, _, _ in driver_rows(_DRIVER, {"CUDA_VISIBLE_DEVICES": "GPU-bbbb,0"})] == [
        "GPU-bbbb-2",
        "GPU-aaaa-1",
    ]
    assert driver_rows(_DRIVER, {"CUDA_VISIBLE_DEVICES": ""}) == []
    assert driver_rows("", {}) == []


def test_devices_that_a_driver_has_are_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FILM_DEVICES", raising=False)
    monkeypatch.setattr(machine.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(machine, "_said_by", lambda command: _DRIVER if "nvidia-smi" in command[0] else "")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    first, second = devices()
    assert (first.name, first.device, second.name) == ("cuda:0", "NVIDIA H100 80GB HBM3", "cuda:1")
    assert 0.9 < first.memory / (80000 << 20) < 1


def test_nobody_looks_for_devices_before_there_is_work_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def look() -> tuple[machine.Lane, ...]:
        raise AssertionError("looked")

    monkeypatch.setattr(machine, "devices", look)
    program = run_passes(chains(2), Setting(TOOLS))
    plain = Machine(program.graph, program.keys, TOOLS, 3)
    assert [(lane.name, lane.slots) for lane in plain.lanes] == [(CPU, 3)]
    assert sorted(index for call in plain.calls for index in call) == list(range(len(program.graph.tasks)))
    assert any(len(call) > 1 for call in plain.calls)
    modelled = run_passes(takes(2), Setting(TOOLS))
    with pytest.raises(AssertionError, match="looked"):
        _ = Machine(modelled.graph, modelled.keys, TOOLS, 1).lanes


def test_calls_are_made_for_the_smallest_device_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    program = run_passes(takes(4), Setting(TOOLS))  # 3 GB of weights, 4 GB of work each

    def together(said: str) -> int:
        monkeypatch.setenv("FILM_DEVICES", said)
        found = Machine(program.graph, program.keys, TOOLS, 2)
        assert [lane.serves for lane in found.lanes[1:]] == [DEVICE] * (said.count("=") or 0)
        return max(len(call) for call in found.calls)

    assert together("a=24GB") == 4
    assert together("a=24GB, b=12GB") == 2
    assert together("none") == 4


def test_processors_have_memory() -> None:
    (lane,) = local_lanes(0)
    assert (lane.name, lane.slots) == (CPU, 1)
    assert lane.memory > 64 << 20
