"""Users in files: what is taken, and what is refused with file and remedy; the keys that come of passwords."""

import re
from pathlib import Path

import pytest

from connectors.ports import Unusable
from connectors.snmp.usm.protocols import AUTH, PRIV, AuthKeys, PrivKeys
from connectors.snmp.usm.users import User, load, write

NOC = """user = "noc"
level = "authPriv"
auth = "SHA-256"
auth_password = "maplesyrup"
priv = "AES-128"
priv_password = "corn-on-the-cob"
"""


def given(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "noc.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_user_in_a_file(tmp_path: Path) -> None:
    given(tmp_path, NOC)
    [user] = load(tmp_path).values()
    assert user == User("noc", "authPriv", AUTH["SHA-256"], PRIV["AES-128"], "maplesyrup", "corn-on-the-cob")


def test_no_folder_no_users(tmp_path: Path) -> None:
    assert load(tmp_path / "none") == {}


def test_passwords_are_not_shown() -> None:
    assert "maplesyrup" not in repr(User("noc", "authNoPriv", AUTH["SHA"], None, "maplesyrup"))


def test_what_is_written_is_read_and_its_owners_alone(tmp_path: Path) -> None:
    user = User("noc", "authPriv", AUTH["SHA-512"], PRIV["AES-256-C"], 'back\\slash "quoted"', "tab\tand more")
    path = write(tmp_path / "users", user)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(load(tmp_path / "users").values()) == [user]
    with pytest.raises(Unusable, match="already"):
        write(tmp_path / "users", user)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_file_that_others_may_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    path = given(tmp_path, NOC, mode)
    with pytest.raises(Unusable, match=re.escape(f"{path}: others may read or change it (mode {mode:04o})")) as caught:
        load(tmp_path)
    assert caught.value.remedy == f"Run: chmod 600 {path}"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("user =", "not TOML"),
        (NOC.replace("noc", ""), "user must have 1 to 32 octets"),
        (NOC.replace("authPriv", "privAuth"), "no level 'privAuth'"),
        (NOC.replace("authPriv", "authNoPriv"), "level authNoPriv goes with auth, auth_password and with nothing else"),
        (NOC.replace("authPriv", "noAuthNoPriv"), "level noAuthNoPriv goes with nothing and with nothing else"),
        (NOC.replace('priv = "AES-128"\n', ""), "level authPriv goes with"),
        (NOC.replace("SHA-256", "SHA-3"), "there is no auth 'SHA-3'"),
        (NOC.replace("AES-128", "ROT-13"), "there is no priv 'ROT-13'"),
        (NOC.replace("maplesyrup", "maple"), "auth_password has fewer than 8 characters"),
        (NOC.replace("corn-on-the-cob", "corn"), "priv_password has fewer than 8 characters"),
        (NOC.replace("SHA-256", "MD5"), "auth MD5 is broken and not taken"),
        (NOC.replace("AES-128", "DES"), "priv DES is broken and not taken"),
        (NOC + "colour = 'red'", "colour is none of its keys"),
        (NOC.replace('"noc"', "7"), "user is none of its keys, or no text"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_remedy(tmp_path: Path, text: str, what: str) -> None:
    path = given(tmp_path, text)
    with pytest.raises(Unusable, match=re.escape(what)) as caught:
        load(tmp_path)
    assert str(path) in caught.value.what
    assert caught.value.remedy
    assert "maplesyrup" not in str(caught.value)


def test_weak_protocols_are_taken_where_they_are_allowed(tmp_path: Path) -> None:
    given(tmp_path, NOC.replace("SHA-256", "MD5").replace("AES-128", "DES"))
    [user] = load(tmp_path, weak=True).values()
    assert (user.auth, user.priv) == (AUTH["MD5"], PRIV["DES"])


def test_one_user_in_two_files(tmp_path: Path) -> None:
    given(tmp_path, NOC).rename(tmp_path / "first.toml")
    given(tmp_path, NOC)
    with pytest.raises(Unusable, match="user noc is in another file"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("auth", "key"),
    [("MD5", "526f5eed9fcce26f8964c2930787d82b"), ("SHA", "6695febc9288e36282235fc7151f128497b38f3f")],
)
def test_keys_of_the_standard(auth: str, key: str) -> None:
    """RFC 3414, A.3: the password maplesyrup at the engine 00..02."""
    assert AuthKeys(AUTH[auth], "maplesyrup").of(bytes(11) + b"\2").hex() == key


def test_the_two_ways_to_a_long_key_differ() -> None:
    engine = bytes.fromhex("8000000001020304")
    keys = {name: PrivKeys(AUTH["SHA"], PRIV[name], "corn-on-the-cob").of(engine) for name in PRIV if name != "DES"}
    assert {name: len(key) for name, key in keys.items()} == {
        "AES-128": 16,
        "AES-192": 24,
        "AES-256": 32,
        "AES-192-C": 24,
        "AES-256-C": 32,
    }
    assert len({key[:16] for key in keys.values()}) == 1
    assert keys["AES-256"][:20] == keys["AES-256-C"][:20]  # as much as the hash gives
    assert keys["AES-256"] != keys["AES-256-C"]
