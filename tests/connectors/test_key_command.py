"""The master key from a command: what it prints is taken, and what goes wrong is told with what to do."""

import base64
from pathlib import Path

import pytest

from connectors.ports import PortError, Unusable
from connectors.privacy.key_command import said
from connectors.privacy.vault import MasterKey

KEY = base64.b64encode(bytes(range(32)))


def test_what_it_prints_is_the_key_of_a_file_that_has_the_same(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    file.write_bytes(KEY + b"\n")
    file.chmod(0o600)
    told = MasterKey.told(said(["cat", str(file)]), "cat")
    assert told.derived("wrap") == MasterKey.of(file).derived("wrap")


def test_no_shell_reads_it(tmp_path: Path) -> None:
    assert said(["echo", f"$HOME; touch {tmp_path}/made"]) == f"$HOME; touch {tmp_path}/made\n".encode()
    assert not list(tmp_path.iterdir())


def test_one_that_is_not_there_ends_the_start() -> None:
    with pytest.raises(Unusable, match=r"kms-client cannot be run: No such file.*whole path in key_command"):
        said(["/opt/kms-client", "key"])


def test_one_that_fails_is_tried_again_and_its_complaint_is_told() -> None:
    with pytest.raises(PortError, match=r"status 7: permission denied for simpul\. Run it by hand") as told:
        said(["sh", "-c", "echo half-a-key; echo 'permission denied' >&2; echo 'for simpul' >&2; exit 7"])
    assert told.value.recoverable
    assert "half-a-key" not in str(told.value)


def test_one_that_hangs_is_ended() -> None:
    with pytest.raises(PortError, match=r"did not end within 0\.2 s") as told:
        said(["sleep", "60"], most_s=0.2)
    assert told.value.recoverable


@pytest.mark.parametrize("text", [b"", b"login: ", b"c2hvcnQ=", KEY + b"\ndirectory x"])
def test_what_is_no_key_is_not_shown(text: bytes) -> None:
    with pytest.raises(Unusable, match=r"What kms prints is no master key.*32 bytes as Base64") as told:
        MasterKey.told(text, "kms")
    assert "login" not in str(told.value)
