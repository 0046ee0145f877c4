"""What is wrong in a settings file is said with its place and with what to do."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.settings import BadSettings, Http, Probe, Settings, load
from tests.streams.cli.everything import app


def complaint(path: Path) -> str:
    with pytest.raises(BadSettings) as told:
        load(path)
    return str(told.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prt = 3", "prt: there is no such setting. Take it out; docs/operations.md lists them"),
        ("[http]\nport = 'x'", "http.port: input should be a valid integer"),
        ("[channels.smtp]\nport = 25", "channels.smtp.host: it must be given. Add it, or take its part out"),
        ("http = [", "this is not TOML: "),
        ("[http]\npublic_url = 'http://a.example'", "http: public_url is http://, by which answers travel in clear"),
        ("[http]\npublic_url = 'a.example'", "http.public_url: string should match"),
        ("[channels.webhook]\nurl = 'HTTP://a.example'", "channels.webhook.url: string should match"),  # in clear
    ],
)
def test_each_fault_has_its_place_and_a_remedy(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text(text)
    assert f"{path}: {said}" in complaint(path)


@pytest.mark.parametrize(
    ("host", "good"),
    [
        ("localhost", True),
        ("127.0.0.1:9090", True),
        ("127.0.1.5", True),
        ("[::1]", True),
        ("[::1]:9090", True),
        ("prometheus:9090", False),
        ("127.0.0.1:80@prometheus", False),  # what stands before the @ is who asks
    ],
)
def test_a_token_goes_in_clear_to_this_machine_alone(tmp_path: Path, host: str, good: bool) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text(f'[polls.jkt]\nsystem = "prometheus"\nurl = "http://{host}/"\ntoken = "t"')
    if good:
        load(path)
    else:
        assert "polls.jkt: url is http://, by which the token or password travels in clear" in complaint(path)


def test_the_domain_is_one_of_those_that_have_a_partition(tmp_path: Path) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text('[kafka]\nservers = "a:1"\ndomains = ["north"]\n[database]\nurl = "postgresql://db/simpul"')
    assert "domain is id, which kafka.domains does not name" in complaint(path)


def test_every_fault_is_told_not_only_the_first(tmp_path: Path) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text("prt = 3\n[snmp]\nbuffer = 1")
    assert complaint(path).count("there is no such setting") == 2


def test_a_file_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    assert f"{tmp_path / 'no.toml'}: it cannot be read: No such file or directory. Begin with a copy of" in complaint(
        tmp_path / "no.toml"
    )


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("with space and = sign\n")
    return path


def started(config: Path, environment: dict[str, str]) -> str:
    config.write_text('[kafka]\nservers = "127.0.0.1:1"\npatience_s = 0.1\n[database]\nurl = "postgresql://db"')
    return CliRunner().invoke(app, ["topics", "--config", str(config)], env=environment).output


def test_a_secret_is_read_from_a_file_that_a_variable_names(
    tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIMPUL_DATABASE__PASSWORD_FILE", str(secret))
    config = tmp_path / "simpul.toml"
    assert "Nobody answers" in started(config, {})
    settings = load(config)
    assert settings.database is not None
    assert settings.database.password == "with space and = sign"
    assert "space" not in repr(settings)


def test_a_file_of_a_secret_that_is_not_there_is_named(tmp_path: Path, secret: Path) -> None:
    gone = {"SIMPUL_DATABASE__PASSWORD_FILE": str(tmp_path / "gone")}
    assert f"SIMPUL_DATABASE__PASSWORD_FILE: {tmp_path / 'gone'} cannot be read" in started(tmp_path / "s", gone)
    both = {"SIMPUL_DATABASE__PASSWORD": "x", "SIMPUL_DATABASE__PASSWORD_FILE": str(secret)}
    assert "SIMPUL_DATABASE__PASSWORD and SIMPUL_DATABASE__PASSWORD_FILE are both set" in started(tmp_path / "s", both)
    bad = {"SIMPUL_HTTP__PORT_FILE": str(secret)}
    assert "SIMPUL_HTTP__PORT: input should be a valid integer" in started(tmp_path / "s", bad)


def test_a_route_of_a_word_that_nobody_uses_is_named(tmp_path: Path) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text('[channels.routes]\nfax = ["file"]\nphone = ["file"]\n')
    told = CliRunner().invoke(app, ["run", "--config", str(path)])
    assert told.exit_code == 2
    assert "channels.routes: there is no word fax: there are phone, email, portal, walk_in, staff" in told.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('"10.0.0.1" = "8000"', "snmp.engines: '8000' is no engine id: give its 5 to 32 octets in hexadecimal"),
        ('"10.0.0.1" = "engine-of-r1"', "'engine-of-r1' is no engine id"),
        ('"r1" = "8000000001020304"', "snmp.engines: 'r1' is no address: give one, as 10.0.0.1"),
    ],
)
def test_an_engine_that_cannot_be_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text(f"[snmp.engines]\n{line}\n")
    with pytest.raises(BadSettings, match=re.escape(said)):
        load(path)


def test_engines_as_people_write_them(tmp_path: Path) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text('[snmp.engines]\n"10.0.0.1" = "0x80:00:00:00:01:02:AB"\n"2001:DB8:0::1" = "8000000001020304"\n')
    assert load(path).snmp.engines == {"10.0.0.1": "800000000102ab", "2001:db8::1": "8000000001020304"}


def test_a_fault_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    path = tmp_path / "simpul.toml"
    path.write_text("")
    told = CliRunner().invoke(app, ["run", "--config", str(path)], env={"SIMPUL_HTTP__PORT": "x"})
    assert told.exit_code == 2
    assert "SIMPUL_HTTP__PORT: input should be a valid integer" in told.output
    assert str(path) not in told.output


def test_the_small_door_shows_the_certificate_of_the_great_one() -> None:
    given = Settings(http=Http(certificate=Path("a.pem"), key=Path("a.key")), probe=Probe(host="0.0.0.0", port=1))
    assert given.probing == Http(host="0.0.0.0", port=1, certificate=Path("a.pem"), key=Path("a.key"), plain=True)
    assert Settings(probe=Probe(host="0.0.0.0")).probing.certificate is None
