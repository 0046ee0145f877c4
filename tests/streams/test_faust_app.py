"""The login of kafka-python, as Faust has to be told it; how soon a member hears that it is none any more."""

from pathlib import Path
from typing import Any

import faust
import pytest

from streams.processes.worker.faust_app import Group, credentials
from tests.certificates import Authority

SCRAM = {"sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": "simpul", "sasl_plain_password": "secret"}


@pytest.mark.parametrize("login", [{}, {"security_protocol": "PLAINTEXT"}])
def test_nothing_is_nothing(login: dict[str, Any]) -> None:
    assert credentials(login) is None


def test_tls_knows_the_broker_by_our_authority(tmp_path: Path) -> None:
    made = credentials({"security_protocol": "SSL", "ssl_cafile": str(Authority(tmp_path).file)})
    assert isinstance(made, faust.SSLCredentials)
    assert made.context.check_hostname
    [authority] = made.context.get_ca_certs()
    assert "a test's authority" in str(authority["subject"])


@pytest.mark.parametrize(("protocol", "tls"), [("SASL_PLAINTEXT", False), ("SASL_SSL", True)])
def test_a_login_is_scram(protocol: str, tls: bool) -> None:
    made = credentials({"security_protocol": protocol, **SCRAM})
    assert isinstance(made, faust.SASLCredentials)
    assert (made.mechanism.value, made.username, made.password) == ("SCRAM-SHA-512", "simpul", "secret")
    assert (made.ssl_context is not None) == tls
    assert made.protocol.value == protocol


@pytest.mark.parametrize(("session_s", "heartbeat_s"), [(60, 3), (6, 2)])
def test_a_member_hears_of_its_end_well_within_its_session(session_s: float, heartbeat_s: float) -> None:
    assert Group("g", "a:1", {}, "events", (), session_s, Path()).heartbeat_s == heartbeat_s
