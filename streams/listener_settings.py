"""What a deployment may set of its listeners: `[snmp]` and `[listeners.NAME]`, parts of `streams.settings`."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, IPvAnyNetwork, TypeAdapter, field_validator, model_validator

from streams.part import Part, Port


def address_of(text: str) -> str:
    """An IP address in its one form. Raises ValueError."""
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(f"{text!r} is no address: give one, as 10.0.0.1") from None


def engine_id(text: str) -> str:
    """Hexadecimal of 5 to 32 octets (RFC 3411, SnmpEngineID). Raises ValueError."""
    digits = text.strip().lower().removeprefix("0x").replace(":", "")
    if not re.fullmatch("(?:[0-9a-f]{2}){5,32}", digits):
        raise ValueError(f"{text!r} is no engine id: give its 5 to 32 octets in hexadecimal, as 8000000001020304")
    return digits


HERE = tuple(TypeAdapter(IPvAnyNetwork).validate_python(one) for one in ("127.0.0.0/8", "::1/128"))


class Snmp(Part):
    """The door for SNMP traps and informs."""

    enabled: bool = Field(default=True, description="listen for traps")
    host: str = Field(default="127.0.0.1", description="address to listen on; several: commas between, as 0.0.0.0,::")
    port: Port = Field(default=1162, description="port; 162 is the standard's and needs rights; 0 takes a free one")
    communities: tuple[str, ...] = Field(default=("public",), description="communities that are believed")
    sources: tuple[IPvAnyNetwork, ...] = Field(
        default=(), description="networks whose datagrams are believed; none: anyone's"
    )
    relays: tuple[IPvAnyNetwork, ...] = Field(
        default=HERE,
        description="networks of proxies that are believed when they say whose a trap is (snmpTrapAddress, agent-addr)",
    )
    buffer_bytes: int = Field(
        default=64 * 1024 * 1024, ge=65_536, description="socket buffer; the kernel may grant less"
    )
    catalogues: Path | None = Field(
        default=None, description="folder with more catalogue files; they add to the shipped ones"
    )
    users: Path | None = Field(
        default=None, description="folder of SNMPv3 users, see snmpv3.md; none: `snmp-users` in the data folder"
    )
    state: Path | None = Field(
        default=None, description="file of the engine ids and clocks of SNMPv3; none: `snmp.db` in the data folder"
    )
    engines: dict[str, str] = Field(
        default_factory=dict, description="SNMPv3 engine id (hexadecimal) of each sender, by its address"
    )
    learn: bool = Field(default=True, description="take an engine id that is not named, and tell it in the log")
    weak: bool = Field(default=False, description="let users have HMAC-MD5 and DES, which are broken")

    @field_validator("engines")
    @classmethod
    def _named(cls, engines: dict[str, str]) -> dict[str, str]:
        return {address_of(source): engine_id(engine) for source, engine in engines.items()}


def known_zone(name: str | None) -> str | None:
    """As the IANA names it."""
    if name is not None:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"there is no zone {name}: give one as Asia/Jakarta") from error
    return name


Zone = Annotated[str | None, AfterValidator(known_zone)]


class ListenerTls(Part):
    """Streams of a listener under TLS, at a port of their own."""

    port: Port = Field(default=6514, description="port; 6514 is syslog's (RFC 5425); 0 takes a free one")
    certificate: Path = Field(description="certificate chain (PEM); it is read anew when it changes")
    key: Path = Field(description="its key (PEM), readable by the service's account alone")
    clients: Path | None = Field(
        default=None, description="who signs the certificates of senders (PEM); none: a sender needs no certificate"
    )


class Sender(Part):
    """What is known of some senders of a listener, by a name of your own."""

    sources: tuple[IPvAnyNetwork, ...] = Field(default=(), description="their networks; the smallest that fits counts")
    zone: Zone = Field(default=None, description="zone of their clocks (syslog); none: the listener's")
    vendor: str | None = Field(
        default=None, description="whose patterns read their lines (syslog); none: the line's own form tells"
    )


class Listener(Part):
    """Another listener, by its name: `[listeners.NAME]`. Given: it listens."""

    host: str = Field(default="127.0.0.1", description="address to listen on; several: commas between, as 0.0.0.0,::")
    port: Port | None = Field(default=None, description="port; 0 takes a free one; none: the listener's own")
    transport: Literal["udp", "tcp", "both", "tls"] | None = Field(
        default=None, description="udp, tcp, both at one port, or tls: nothing in clear; none: the listener's own"
    )
    tls: ListenerTls | None = Field(default=None, description="see [listeners.NAME.tls]; none: in clear alone")
    sources: tuple[IPvAnyNetwork, ...] = Field(default=(), description="networks that are believed; none: anyone")
    relays: tuple[IPvAnyNetwork, ...] = Field(
        default=HERE, description="networks of relays that are believed when a line names another host (syslog)"
    )
    buffer_bytes: int = Field(
        default=64 * 1024 * 1024, ge=65_536, description="socket buffer (UDP); the kernel may grant less"
    )
    connections: int = Field(default=1_000, ge=1, description="most connections at once (TCP)")
    idle_s: float = Field(
        default=3_600,
        gt=0,
        description="a connection that says nothing for so long is closed; what its sender says next may be lost",
    )
    source_per_s: int = Field(
        default=100_000, ge=1, description="most messages of one address in a second; an edge has its own limit"
    )
    zone: Zone = Field(default=None, description="zone of clocks whose lines name none (syslog); none: UTC")
    patterns: Path | None = Field(
        default=None, description="folder with more pattern files (syslog); a vendor's replaces the shipped one"
    )
    senders: dict[str, Sender] = Field(default_factory=dict, description="see [listeners.NAME.senders.NAME]")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.transport == "tls" and self.tls is None:
            raise ValueError("transport is tls, and no certificate is given: add tls.certificate and tls.key")
        return self
