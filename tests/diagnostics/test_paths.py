"""The one door to a project's files: what is inside comes through, and nothing else does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler.paths import Refusal, Refused, project_path, read_inside


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "film"
    (root / "stills").mkdir(parents=True)
    (root / "stills" / "harbour.jpg").write_bytes(b"picture")
    (root / "words.txt").write_bytes(b"words")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return root


@pytest.mark.parametrize("name", ["words.txt", "./words.txt", "stills/harbour.jpg", "stills//harbour.jpg"])
def test_a_file_of_the_project_opens(project: Path, name: str) -> None:
    found = project_path(project, name)
    assert isinstance(found, Path)
    assert found.is_file()


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt", "stills/../../secret.txt", "stills/../words.txt", "/etc/passwd", "C:/words.txt", "..",
        "stills\\harbour.jpg", "https://example.org/a.jpg", "", " ", ".", "/", "words\x00.txt", "a\nb", "words.txt\x1b[2J",
    ],
)  # fmt: skip
def test_names_that_leave_are_refused(project: Path, name: str) -> None:
    found = project_path(project, name)
    assert isinstance(found, Refusal)
    assert found.kind is Refused.OUTSIDE
    assert found.why


def test_links_are_followed_as_far_as_they_stay(project: Path, tmp_path: Path) -> None:
    (project / "near.txt").symlink_to("words.txt")
    (project / "stills" / "up.txt").symlink_to("../words.txt")
    (project / "folder").symlink_to("stills")
    (project / "far.txt").symlink_to("../secret.txt")
    (project / "absolute.txt").symlink_to(tmp_path / "secret.txt")
    (project / "out").symlink_to("..")
    (project / "round").symlink_to("round")
    (project / "a").symlink_to("b")
    (project / "b").symlink_to("a")
    for name in ("near.txt", "stills/up.txt", "folder/harbour.jpg", "folder/up.txt"):
        assert isinstance(project_path(project, name), Path), name
    for name in ("far.txt", "absolute.txt", "out/secret.txt", "out/film/words.txt"):
        found = project_path(project, name)
        assert isinstance(found, Refusal), name
        assert found.kind is Refused.OUTSIDE, name
    for name in ("round", "a", "a/b"):
        found = project_path(project, name)
        assert isinstance(found, Refusal)
        assert found.kind is Refused.UNREADABLE


def test_only_regular_files_open_and_nothing_hangs(project: Path) -> None:
    os.mkfifo(project / "pipe")
    (project / "device").symlink_to("/dev/zero")
    for name in ("pipe", "stills", "device"):
        found = project_path(project, name)
        assert isinstance(found, Refusal)
        assert found.kind in (Refused.UNREADABLE, Refused.OUTSIDE)
    found = project_path(project, "words.txt/inner")
    assert isinstance(found, Refusal)
    assert found.kind is Refused.MISSING


def test_a_missing_file_is_guessed_within_its_folder(project: Path) -> None:
    for wrong in ("stills/harbor.jpg", "stills/Harbour.JPG"):
        found = project_path(project, wrong)
        assert isinstance(found, Refusal)
        assert (found.kind, found.near) == (Refused.MISSING, "stills/harbour.jpg")
        assert "`stills/harbour.jpg`" in found.help
    found = project_path(project, "pictures/harbour.jpg")
    assert isinstance(found, Refusal)
    assert "`pictures`" in found.why


def test_reading_is_capped(project: Path) -> None:
    assert read_inside(project, "words.txt", 5) == b"words"
    found = read_inside(project, "words.txt", 4)
    assert isinstance(found, Refusal)
    assert "larger" in found.why
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH112, PTH208
    for _ in range(20):
        project_path(project, "stills/harbour.jpg")
        project_path(project, "stills/none.jpg")
        project_path(project, "../secret.txt")
    after = len(os.listdir("/proc/self/fd")) if before else 0  # noqa: PTH208
    assert after <= before
