"""The page of a watched film: whom it answers, what it gives, and what it never does."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.studio import page as pages
from runtime.studio.page import Page, Place, to_vtt

DIGEST = "ab" * 32


class Browser:
    """Asks a page as a browser does; keeps its cookie."""

    def __init__(self, page: Page) -> None:
        self.page, self.cookie = page, ""

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self.page.port, timeout=10)
        sent = {"Host": f"127.0.0.1:{self.page.port}", **({"Cookie": self.cookie} if self.cookie else {}), **headers}
        link.putrequest(method, path, skip_host=True)
        for name, value in sent.items():
            link.putheader(name, value)
        link.endheaders()
        answer = link.getresponse()
        body = answer.read()
        link.close()
        told = dict(answer.getheaders())
        if "Set-Cookie" in told:
            self.cookie = told["Set-Cookie"].split(";")[0]
        return answer.status, told, body

    def enter(self) -> None:
        path = "/" + self.page.address.rpartition("/")[2]
        assert self.ask(path)[0] == 200
        assert self.cookie


@pytest.fixture
def page() -> Iterator[Page]:
    made = Page()
    yield made
    made.close()


@pytest.fixture
def browser(page: Page) -> Browser:
    return Browser(page)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / f"{DIGEST}.mp4"
    path.write_bytes(bytes(range(256)) * 40)
    return path


def test_the_address_is_good_for_one_browser(page: Page, browser: Browser) -> None:
    address = page.address
    path = "/" + address.rpartition("/")[2]
    for wrong in ("/", "/?token=", "/?token=" + "A" * 32, "/state", "/events", f"/media/{DIGEST}.mp4"):
        assert browser.ask(wrong)[0] == 403
    assert browser.ask(path, "HEAD")[0] == 403
    code, headers, body = browser.ask(path)
    assert (code, b"<video" in body) == (200, True)
    assert "HttpOnly; SameSite=Strict" in headers["Set-Cookie"]
    assert Browser(page).ask(path)[0] == 403, "the token has been used"
    assert page.address != address
    assert browser.ask("/")[0] == 200
    assert browser.ask(path)[0] == 200, "going back to it in the browser that used it is no harm"


def test_no_other_site_gets_an_answer(page: Page, browser: Browser) -> None:
    browser.enter()
    for headers in (
        {"Host": "evil.example"},
        {"Host": f"evil.example:{page.port}"},
        {"Host": "127.0.0.1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"https://127.0.0.1:{page.port}"},
        {"Origin": f"http://127.0.0.1:{page.port + 1}"},
    ):
        for path in ("/", "/state", "/?token=" + page.address.rpartition("=")[2]):
            assert browser.ask(path, **headers)[0] == 403, headers
    assert browser.ask("/state", Host=f"localhost:{page.port}", Origin=f"http://localhost:{page.port}")[0] == 200


def test_it_changes_nothing_and_allows_nothing(page: Page, browser: Browser) -> None:
    browser.enter()
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        assert browser.ask("/state", method)[0] == 501
    before = page.state()
    for path in ("/", "/state", "/nothing", "/media/", "/?token=x"):
        browser.ask(path)
    assert page.state() == before
    _, headers, _ = browser.ask("/")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in headers


def test_only_what_was_shown_is_given(page: Page, browser: Browser, film: Path) -> None:
    browser.enter()
    (film.parent / "secret.mp4").write_text("secret")
    page.show(film=film)
    assert json.loads(browser.ask("/state")[2])["film"] == film.name
    assert browser.ask(f"/media/{film.name}")[2] == film.read_bytes()
    for path in ("secret.mp4", "../secret.mp4", "%2e%2e/secret.mp4", f"./{film.name}", str(film), f"//{film}", ""):
        assert browser.ask(f"/media/{path}")[0] == 404, path
    film.unlink()
    assert browser.ask(f"/media/{film.name}")[0] == 404


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("bytes=0-99", (0, 99)),
        ("bytes=100-", (100, 4195)),
        ("bytes=-10", (10230, 10239)),
        ("bytes=10000-99999999", (10000, 10239)),
        ("bytes=0-0", (0, 0)),
        ("bytes=-99999", (0, 4095)),
    ],
)
def test_a_range_is_given_and_bounded(
    page: Page, browser: Browser, film: Path, monkeypatch: pytest.MonkeyPatch, asked: str, given: tuple[int, int]
) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 4096)
    browser.enter()
    page.show(film=film)
    code, headers, body = browser.ask(f"/media/{film.name}", Range=asked)
    first, last = given
    assert (code, body) == (206, film.read_bytes()[first : last + 1])
    assert headers["Content-Range"] == f"bytes {first}-{last}/10240"
    code, headers, body = browser.ask(f"/media/{film.name}", "HEAD", Range=asked)
    assert (code, body, headers["Content-Length"]) == (206, b"", str(last - first + 1))


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=99999999999999999-", "bytes=5-4"])
def test_a_range_outside_is_refused(page: Page, browser: Browser, film: Path, asked: str) -> None:
    browser.enter()
    page.show(film=film)
    code, headers, _ = browser.ask(f"/media/{film.name}", Range=asked)
    assert (code, headers["Content-Range"]) == (416, "bytes */10240")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=a-b", "lines=0-1", "bytes=-", "bytes=" + "9" * 40 + "-"])
def test_what_is_no_range_is_the_whole(page: Page, browser: Browser, film: Path, asked: str) -> None:
    browser.enter()
    page.show(film=film)
    assert browser.ask(f"/media/{film.name}", Range=asked)[::2] == (200, film.read_bytes())


def test_news_come_as_they_happen_and_end_with_the_page(page: Page, browser: Browser, film: Path) -> None:
    browser.enter()
    link = http.client.HTTPConnection("127.0.0.1", page.port, timeout=10)
    link.request("GET", "/events", headers={"Cookie": browser.cookie})
    stream = link.getresponse()

    def news() -> dict[str, object]:
        line = stream.readline()
        while not line.startswith(b"data: "):
            assert line, "the stream has ended"
            line = stream.readline()
        told: dict[str, object] = json.loads(line[6:])
        return told

    assert news()["film"] == ""
    page.show(status="building 1/2: picture", done=1, of=2)
    assert news()["done"] == 1
    page.show(status="building 1/2: picture", done=1, of=2)  # no news
    page.show(film=film, changed=(Place("scene 1 shot <b>: lens", 4.5),), done=0, of=0)
    told = news()
    assert (told["film"], told["of"], told["changed"]) == (
        film.name,
        0,
        [{"text": "scene 1 shot <b>: lens", "at": 4.5}],
    )
    closing = threading.Thread(target=page.close)
    closing.start()
    assert stream.read().count(b"data: ") == 0
    closing.join(10)
    assert not closing.is_alive()
    link.close()


def test_old_films_are_let_go_of(page: Page, browser: Browser, tmp_path: Path) -> None:
    browser.enter()
    for number in range(9):
        path = tmp_path / f"{number:064x}.mp4"
        path.write_bytes(b"film")
        page.show(film=path)
    assert browser.ask(f"/media/{8:064x}.mp4")[0] == 200
    assert browser.ask(f"/media/{7:064x}.mp4")[0] == 200
    assert browser.ask(f"/media/{0:064x}.mp4")[0] == 404


def test_captions_are_given_as_browsers_take_them(page: Page, browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / f"{DIGEST}.srt"
    path.write_text("1\n00:00:01,500 --> 00:00:02,000\nHello, you 1,234.\n")
    browser.enter()
    page.show(captions=path)
    _, headers, body = browser.ask(f"/media/{path.name}")
    assert headers["Content-Type"].startswith("text/vtt")
    assert body == b"WEBVTT\n\n1\n00:00:01.500 --> 00:00:02.000\nHello, you 1,234.\n"
    assert to_vtt(b"\xff") == "WEBVTT\n\n�".encode()


def test_listeners_are_bounded(page: Page, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_MOST_LISTENERS", 0)
    browser.enter()
    assert browser.ask("/events")[0] == 503


def test_a_port_that_is_taken_is_said(page: Page) -> None:
    with pytest.raises(OSError, match="in use"):
        Page(page.port)
