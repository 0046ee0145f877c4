"""Passes in files: a new one is there at once, with its time, or not at all."""

import os
from pathlib import Path
from typing import Any

import pytest

from connectors.access.passes import Pass, Passes, PassFolder

NOW_US = 1_772_326_800_000_000


def test_nobody_sees_a_new_pass_with_another_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = PassFolder(tmp_path / "passes")
    seen: list[Pass] = []
    real = os.utime

    def looked_at(*args: Any, **kwargs: Any) -> None:
        seen.extend(folder.all().values())  # as another process would, at the worst moment
        real(*args, **kwargs)
        seen.extend(folder.all().values())

    monkeypatch.setattr(os, "utime", looked_at)
    made = Pass(id="", name="ani", role="technical", until_us=NOW_US)
    folder.put("session-1", made)
    seen.extend(folder.all().values())
    assert seen
    assert {one.until_us for one in seen} == {NOW_US}
    assert [path.name for path in (tmp_path / "passes").iterdir()] == ["session-1"]


@pytest.mark.parametrize("left", [b"", b'{"id":'])
def test_what_a_crash_left_half_written_is_no_pass_and_is_swept(tmp_path: Path, left: bytes) -> None:
    passes = Passes(PassFolder(tmp_path), lambda: NOW_US)
    half = tmp_path / ".session-2.0badf00d"
    half.write_bytes(left)
    os.utime(half, ns=((NOW_US - 7200 * 1_000_000) * 1000,) * 2)
    young = tmp_path / ".session-3.0badf00d"
    young.write_bytes(left)
    os.utime(young, ns=(NOW_US * 1000,) * 2)
    assert passes.sessions() == {}
    passes.link()
    assert not half.exists()
    assert young.exists(), "somebody may be writing it"
