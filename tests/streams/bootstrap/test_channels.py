"""A channel is one file, its settings and one line."""

from pathlib import Path

import pytest

from connectors.channels.memory import MemoryChannel
from connectors.outbox import Way
from streams import clock
from streams.bootstrap import channels
from streams.channel_settings import Hub
from streams.files import BadFiles, Files
from streams.settings import Channels, Settings, Smtp, Webhook

ROOT = Path(__file__).parents[3]
ALL = Channels(
    smtp=Smtp(host="mail"), webhook=Webhook(url="https://gateway", secret="between us"), hub=Hub(hosts=["oss"])
)


def names(folder: Path, given: Channels) -> list[str]:
    settings = Settings(data=folder, channels=given)
    return [way.channel.name for way in channels.ways(settings, Files(folder), clock.wall_us)]


def test_every_channel_has_its_line_and_its_name(tmp_path: Path) -> None:
    files = {file.stem for file in (ROOT / "connectors/channels").glob("*.py")} - {"__init__", "memory"}
    assert set(names(tmp_path, ALL)) == files
    assert [make.__name__ for make in channels.CHANNELS] == names(tmp_path, ALL)


def test_the_file_is_there_always(tmp_path: Path) -> None:
    assert names(tmp_path, Channels()) == ["file"]


def test_a_new_one_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = MemoryChannel()
    monkeypatch.setattr(channels, "CHANNELS", (*channels.CHANNELS, lambda *_: Way(channel, "any", 1)))
    assert names(tmp_path, Channels()) == ["file", channel.name]


def test_a_route_to_one_that_is_not_set_up_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFiles, match=r"channels.routes.email names smtp.*Add \[channels.smtp\]"):
        names(tmp_path, Channels(routes={"email": ["smtp"]}))


def test_a_route_to_one_that_there_is_not_is_named() -> None:
    with pytest.raises(ValueError, match="there is no channel smpt: there are file, smtp, webhook"):
        Channels(routes={"email": ["smpt"]})
