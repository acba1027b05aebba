"""The page of a film that is being watched: the newest whole film, and how far the next one is.

It listens on loopback only and shows nothing without the token of its address, which is good for one browser. It asks who
is called (Host) and who calls (Origin), so that no other site can use it; nothing it answers changes the film or the project.
Films are named by their digest, never by a path, and only those that were shown are given.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

MOST_BYTES = 8 << 20
"""Of a film in one answer: a player asks for the rest."""
_BLOCK = 1 << 16
_MOST_SESSIONS = 16
_MOST_LISTENERS = 32
_MOST_FILMS = 3
"""Films that can still be asked for: whoever is watching the last one may watch it to its end."""
_QUIET = 15.0
"""Seconds after which a listener is told that nothing is new."""
_PATIENCE = 30.0
"""Seconds a browser may take over a request."""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_TYPES = {".mp4": "video/mp4", ".srt": "text/vtt; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Place:
    """Something that changed: words, and the second of the film where it is seen first (``None``: all over it)."""

    text: str
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows."""

    title: str = ""
    film: str = ""
    """Name of the newest whole film below ``/media/``."""
    captions: str = ""
    made: str = ""
    """When it was made, by the clock on the wall."""
    changed: tuple[Place, ...] = ()
    """What is different in it from the one before."""
    status: str = ""
    done: int = 0
    of: int = 0
    """Tasks of the build that is going on; 0 when there is none."""
    errors: str = ""
    """What is wrong with the film as it is written now."""
    number: int = field(default=0, compare=False)


class Page:
    """Serves until it is closed, in threads of its own. ``used`` is told the next address when one has been used."""

    def __init__(self, port: int = 0, used: Callable[[str], None] = lambda _: None) -> None:
        """Raises ``OSError`` when the port cannot be had."""
        self._shown = Shown()
        self._films: dict[str, Path] = {}
        self._news = threading.Condition()
        self._open = True
        self.listeners = 0
        self._token = secrets.token_urlsafe(24)
        self._sessions: list[str] = []
        self._used = used
        page = self

        class Handler(_Handler):
            shared = page

        self._server = _Server(("127.0.0.1", port), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="page", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where a browser finds the page; good for one."""
        return f"http://127.0.0.1:{self.port}/?token={self._token}"

    def show(self, **news: Any) -> None:
        """Show something else: fields of ``Shown``. ``film`` and ``captions`` are files named by their digest."""
        with self._news:
            for name in ("film", "captions"):
                if isinstance(path := news.get(name), Path):
                    self._films.pop(path.name, None)
                    self._films[path.name] = path
                    news[name] = path.name
            while len(self._films) > 2 * _MOST_FILMS:
                self._films.pop(next(iter(self._films)))
            shown = replace(self._shown, **news)
            if shown != self._shown:
                self._shown = replace(shown, number=self._shown.number + 1)
                self._news.notify_all()

    def close(self) -> None:
        with self._news:
            self._open = False
            self._news.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    # --- asked by the handlers' threads ----------------------------------------------------------

    def enter(self, token: str) -> str | None:
        """A session in exchange for the token, which is none afterwards."""
        with self._news:
            if not hmac.compare_digest(token.encode(), self._token.encode()):
                return None
            self._token, session = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
            self._sessions = [*self._sessions, session][-_MOST_SESSIONS:]
        self._used(self.address)
        return session

    def knows(self, session: str) -> bool:
        with self._news:
            return any(hmac.compare_digest(session.encode(), known.encode()) for known in self._sessions)

    def state(self) -> bytes:
        return json.dumps(asdict(self._shown), ensure_ascii=False).encode()

    def await_news(self, seen: int) -> bytes | None:
        """What is shown once it is another than number ``seen``; ``None`` when it is not for a while, b"" at the end."""
        with self._news:
            self._news.wait_for(lambda: not self._open or self._shown.number != seen, _QUIET)
            if not self._open:
                return b""
            return self.state() if self._shown.number != seen else None

    def listen(self) -> bool:
        with self._news:
            if self.listeners >= _MOST_LISTENERS:
                return False
            self.listeners += 1
            return True

    def leave(self) -> None:
        with self._news:
            self.listeners -= 1

    def media(self, name: str) -> Path | None:
        with self._news:
            return self._films.get(name)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that has gone is no trouble of ours."""


class _Handler(BaseHTTPRequestHandler):
    shared: Page
    timeout = _PATIENCE
    server_version, sys_version = "film", ""
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """The terminal is for the film."""

    def _answer(self, body: bool) -> None:
        hosts = {f"{name}:{self.shared.port}" for name in ("127.0.0.1", "localhost")}
        origin = self.headers.get("Origin")
        if self.headers.get("Host") not in hosts or (
            origin is not None and origin.removeprefix("http://") not in hosts
        ):
            self._send(403, b"this page is for a browser on this machine\n", body=body)
            return
        asked = urlsplit(self.path)
        token = parse_qs(asked.query).get("token", [""])[-1]
        session = self._session()
        if asked.path == "/" and token and not session and body and (entered := self.shared.enter(token)):
            self._page(body, entered)
        elif not session:
            text = b"film watch prints the address of this page; each is good for one browser\n"
            self._send(403, text, body=body)
        elif asked.path == "/":
            self._page(body)
        elif asked.path == "/state":
            self._send(200, self.shared.state(), "application/json", body=body)
        elif asked.path == "/events" and body:
            self._events()
        elif asked.path.startswith("/media/") and (path := self.shared.media(asked.path.removeprefix("/media/"))):
            self._media(path, body)
        else:
            self._send(404, b"there is nothing here\n", body=body)

    def _session(self) -> str:
        """The session a browser has, "" for none."""
        for part in (self.headers.get("Cookie") or "").split(";"):
            name, _, value = part.strip().partition("=")
            if name == f"film-{self.shared.port}" and self.shared.knows(value):
                return value
        return ""

    def _page(self, body: bool, session: str = "") -> None:
        nonce = secrets.token_urlsafe(12)
        text = resources.files("runtime.studio").joinpath("watch.html.j2").read_text(encoding="utf-8")
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; media-src 'self'; connect-src 'self'; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        headers = {"Content-Security-Policy": policy}
        if session:
            headers["Set-Cookie"] = (
                f"film-{self.shared.port}={session}; HttpOnly; SameSite=Strict; Path=/; Max-Age=86400"
            )
        page = text.replace("{{ nonce }}", nonce).encode()
        self._send(200, page, "text/html; charset=utf-8", headers, body=body)

    def _events(self) -> None:
        """What is shown, again and again, as it changes (server-sent events)."""
        if not self.shared.listen():
            self._send(503, b"too many are watching\n")
            return
        try:
            self._head(200, "text/event-stream; charset=utf-8", None, {"Connection": "close"})
            self.close_connection = True
            seen = -1
            while (news := self.shared.await_news(seen)) != b"":
                if news is not None:
                    seen = json.loads(news)["number"]
                self.wfile.write(b": nothing new\n\n" if news is None else b"data: " + news + b"\n\n")
                self.wfile.flush()
        except OSError:
            pass  # the browser has gone
        finally:
            self.shared.leave()

    def _media(self, path: Path, body: bool) -> None:
        """A film or the stretch of it that is asked for, at most ``MOST_BYTES`` of it at once (RFC 9110, section 14)."""
        try:
            with path.open("rb") as stream:
                if path.suffix == ".srt":
                    self._send(200, to_vtt(stream.read(MOST_BYTES)), _TYPES[path.suffix], body=body)
                    return
                size = stream.seek(0, 2)
                span = _span(self.headers.get("Range"), size)
                if span is None:
                    self._send(416, b"", headers={"Content-Range": f"bytes */{size}"}, body=body)
                    return
                first, last, partial = span
                headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, max-age=86400, immutable"}
                if partial:
                    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
                kind = _TYPES.get(path.suffix, "application/octet-stream")
                self._head(206 if partial else 200, kind, last - first + 1, headers)
                stream.seek(first)
                left = last - first + 1 if body else 0
                while left > 0 and (block := stream.read(min(_BLOCK, left))):
                    self.wfile.write(block)
                    left -= len(block)
                self.close_connection |= left > 0
        except FileNotFoundError:
            self._send(404, b"this film is no longer kept\n", body=body)
        except OSError:
            self.close_connection = True

    def _send(
        self, code: int, data: bytes, kind: str = "text/plain; charset=utf-8", headers: dict[str, str] | None = None,
        *, body: bool = True,
    ) -> None:  # fmt: skip
        with contextlib.suppress(OSError):
            self._head(code, kind, len(data), headers or {})
            if body:
                self.wfile.write(data)

    def _head(self, code: int, kind: str, length: int | None, headers: dict[str, str]) -> None:
        usual = {
            "Content-Type": kind, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
        }  # fmt: skip
        if length is not None:
            usual["Content-Length"] = str(length)
        self.send_response(code)
        for name, value in (usual | headers).items():
            self.send_header(name, value)
        self.end_headers()


def _span(asked: str | None, size: int) -> tuple[int, int, bool] | None:
    """(first, last, partial) bytes of a file to give; ``None`` for a range that lies outside. Several ranges are none."""
    match = _RANGE.fullmatch(asked.strip()) if asked else None
    if match is None or not (match[1] or match[2]):
        return 0, size - 1, False
    if match[1]:
        first, last = int(match[1]), int(match[2]) if match[2] else size - 1
    else:
        first, last = max(0, size - int(match[2])), size - 1
    if first >= size or last < first:
        return None
    return first, min(last, size - 1, first + MOST_BYTES - 1), True


def to_vtt(srt: bytes) -> bytes:
    """SubRip captions as WebVTT, the form browsers take: times with a point, a word at the top."""
    text = srt.decode("utf-8", "replace").replace("\r\n", "\n")
    return ("WEBVTT\n\n" + re.sub(r"(\d\d:\d\d:\d\d),(\d\d\d)", r"\1.\2", text)).encode()
