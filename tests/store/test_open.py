"""Many begin and end with one index at the same moment: whoever opens it waits its turn."""

from __future__ import annotations

import threading
from pathlib import Path

from runtime.store.index import Index


def test_an_index_is_opened_by_many_at_once(tmp_path: Path) -> None:
    trouble: list[BaseException] = []

    def open_and_close(path: Path, start: threading.Barrier) -> None:
        try:
            start.wait()
            for _ in range(6):
                Index(path).close()
        except BaseException as error:
            trouble.append(error)

    for number in range(25):
        start = threading.Barrier(4)
        threads = [
            threading.Thread(target=open_and_close, args=(tmp_path / f"{number}.sqlite", start)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert trouble == []
