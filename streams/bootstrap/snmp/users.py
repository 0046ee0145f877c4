"""SNMPv3 for people: users and engines, as the commands and the doctor see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from correlator.events import moment
from streams.bootstrap.listeners import snmp_of
from streams.files import make_folder
from streams.settings import Settings


@dataclass(frozen=True, slots=True)
class Person:
    """A user without passwords."""

    name: str
    level: str
    auth: str
    priv: str


@dataclass(frozen=True, slots=True)
class Engine:
    """One that spoke to us. `named`: in the settings, for the address that it last spoke from."""

    id: str
    source: str
    boots: int
    last: datetime
    named: bool


@dataclass(frozen=True, slots=True)
class Known:
    """`own`: our engine id; none: the service never started with users."""

    own: str | None
    boots: int
    engines: Sequence[Engine]


def digests() -> Sequence[str]:
    from connectors.snmp.usm.protocols import AUTH

    return list(AUTH)


def ciphers() -> Sequence[str]:
    from connectors.snmp.usm.protocols import PRIV

    return list(PRIV)


def snmp_users(settings: Settings) -> Sequence[Person]:
    """Raises Unusable at a file that cannot be taken."""
    from connectors.snmp.usm.users import load

    part = snmp_of(settings)
    assert part.users is not None, "a folder is always named"
    return [
        Person(user.name, user.level, user.auth.name if user.auth else "", user.priv.name if user.priv else "")
        for user in load(part.users, weak=part.weak).values()
    ]


def add_snmp_user(settings: Settings, auth: tuple[str, str] | None, priv: tuple[str, str] | None, name: str) -> str:
    """`auth` and `priv`: protocol and password. The file. Raises Unusable, BadFiles."""
    from connectors.snmp.usm.protocols import AUTH, PRIV
    from connectors.snmp.usm.users import LEVELS, User, read, write

    part = snmp_of(settings)
    assert part.users is not None, "a folder is always named"
    user = User(name, LEVELS[(auth is not None) + (priv is not None)])
    if auth is not None:
        user.auth, user.auth_password = AUTH[auth[0]], auth[1]
    if priv is not None:
        user.priv, user.priv_password = PRIV[priv[0]], priv[1]
    make_folder(settings.data)
    path = write(part.users, user)
    try:
        read(path, weak=part.weak)  # as the service will
    except BaseException:
        path.unlink()
        raise
    return str(path)


def snmp_engines(settings: Settings) -> Known:
    """Also beside a running service. Raises Unusable."""
    from connectors.snmp.usm.engines import listed

    part = snmp_of(settings)
    assert part.state is not None, "a file is always named"
    own, boots, others = listed(part.state)
    return Known(
        own.hex() if own else None,
        boots,
        [
            Engine(engine.hex(), one.source, one.boots, moment(one.at_us), part.engines.get(one.source) == engine.hex())
            for engine, one in others.items()
        ],
    )


def take_over_snmp_engines(path: Path, replaced: Path) -> None:
    """After a back-up was put back, see `connectors.snmp.usm.engines`. Raises PortError."""
    from connectors.snmp.usm.engines import take_over

    take_over(path, replaced)


def forget_snmp_engine(settings: Settings, engine: str) -> bool:
    """Whether it was known. Raises Unusable."""
    from connectors.snmp.usm.engines import forget

    part = snmp_of(settings)
    assert part.state is not None, "a file is always named"
    return forget(part.state, bytes.fromhex(engine))
