"""What a deployment may set: `simpul.toml`, overridden by environment variables `SIMPUL_...` (`SIMPUL_HTTP__PORT`).

Each field's description is what `docs/operations.md` says of it. Rules of the operator (the SOP's numbers) are no
settings; they are the policy, a file of its own that the journal names by its hash.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, IPvAnyNetwork, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from connectors.formats.documents.page import OPERATOR
from streams.access_settings import Oidc, Users
from streams.channel_settings import Channels, Smtp, Webhook
from streams.listener_settings import Listener, Snmp
from streams.part import Part, Port, is_loopback
from streams.poll_settings import Poll, Ports
from streams.webhook_settings import SmsIn, WebhookIn

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# parts of the settings are found here
__all__ = ["Channels", "Listener", "Oidc", "Smtp", "Snmp", "Users", "Webhook"]

FILE = Path("simpul.toml")
BEGIN = "Begin with a copy of simpul.example.toml"


class Http(Part):
    """The HTTP door and the page."""

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: Port = Field(default=8088, description="port to listen on; 0 takes a free one")
    body_bytes: int = Field(default=1_000_000, ge=1000, description="the longest body that is read")
    batch: int = Field(default=1000, ge=1, description="most rows in one body")
    public_url: str | None = Field(
        default=None,
        pattern="^https?://[^/?#]+(/[^?#]*)?$",
        description="how people reach this door from outside, as https://answers.example.net; "
        "links in messages begin so, and without it there are none",
    )
    open_metrics: bool = Field(default=False, description="/metrics without a token, for a scraper on this machine")
    certificate: Path | None = Field(
        default=None, description="certificate chain for TLS (PEM); it is read anew when it changes"
    )
    key: Path | None = Field(default=None, description="its key (PEM), readable by the service's account alone")
    proxies: tuple[IPvAnyNetwork, ...] = Field(
        default=(), description="networks of the proxies that are believed when they say who asks, and whether by TLS"
    )
    forwarded: Literal["x-forwarded", "forwarded"] = Field(
        default="x-forwarded", description="headers that they set: X-Forwarded-For and -Proto, or Forwarded (RFC 7239)"
    )
    plain: bool = Field(
        default=False, description="listen beyond this machine with neither: tokens travel in clear, for all to read"
    )
    systems_per_s: float = Field(
        default=10_000, gt=0, description="requests with one token of a program (source, portal, administrator)"
    )
    people_per_s: float = Field(default=50, gt=0, description="requests with one token of a person")
    guesses_per_min: float = Field(default=12, ge=1, description="unknown tokens that one address may try")
    lookups_per_day: float = Field(
        default=2000, ge=1, description="look-ups of persons in a day, with a person's token"
    )
    lookups_each_per_day: float = Field(default=50, ge=1, description="... of the same one, by any token")
    connections: int = Field(
        default=2000,
        ge=10,
        description="most connections; never more than half of the files that a process may open",
    )
    connections_each: int = Field(default=256, ge=1, description="... of one address that is no proxy's")
    headers_s: float = Field(default=10, gt=0, description="seconds for a handshake, or a request's head, to arrive")

    def url(self, address: tuple[str, int]) -> str:
        """Of the door at this address."""
        host, port = address
        return f"{'https' if self.certificate else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together: give both, or neither")
        if (self.public_url or "").startswith("http://") and not self.plain:
            raise ValueError("public_url is http://, by which answers travel in clear: write https://, or plain = true")
        if not (is_loopback(self.host) or self.certificate or self.proxies or self.plain):
            raise ValueError(
                f"host {self.host} is beyond this machine, where tokens may not travel in clear: give certificate and "
                "key, name the networks of your proxies, or allow it with plain = true"
            )
        return self


class Keep(Part):
    """How long what is kept; longer than the longest outage that may have to be explained."""

    journal_days: int = Field(default=30, ge=1, description="the journal")
    effects_days: int = Field(default=400, ge=1, description="alerts, notices and reasons")
    archive_days: int = Field(default=1825, ge=1, description="cases that are over, from when they were archived")


class Kafka(Part):
    """The brokers that carry the journal between machines. Given: the distributed runtime, with [database]."""

    servers: str = Field(min_length=1, description="brokers, host:port with commas between")
    prefix: str = Field(default="simpul.", description="how the names of our topics begin")
    replicas: int = Field(default=3, ge=1, description="copies of each record; 1 loses what a broker's disk loses")
    domains: tuple[str, ...] = Field(
        default=(),
        description="all domains in the order of their partitions, which never changes, the same as the policy's "
        "`domains.names`; none: `domain` alone",
    )
    raw_partitions: int = Field(default=12, ge=1, description="partitions of each topic of raw frames")
    days: int = Field(default=7, ge=1, description="how long raw input, effects and dead letters stay in their topics")
    session_s: float = Field(default=60, gt=0, description="a worker that is silent for so long is taken for dead")
    patience_s: float = Field(default=30, gt=0, description="how long an append waits for the brokers")
    security: Literal["plaintext", "tls"] = Field(
        default="plaintext", description="tls: encrypted, and the broker known"
    )
    ca: Path | None = Field(
        default=None, description="certificates that a broker's is checked with; none: the system's"
    )
    username: str | None = Field(default=None, description="who logs in (SCRAM-SHA-512); none: nobody does")
    password: str | None = Field(default=None, repr=False, description="or SIMPUL_KAFKA__PASSWORD")


class Edge(Part):
    """What an edge lets in, and what it keeps while the brokers are away."""

    datagram_bytes: int = Field(default=16_384, ge=484, le=65_507, description="the longest datagram that is taken")
    source_per_s: int = Field(default=100_000, ge=1, description="most datagrams of one address in a second")
    spool_bytes: int = Field(
        default=4_000_000_000, ge=1_000_000, description="most that waits on disk while the brokers are away"
    )


class Probe(Part):
    """The small door of a process that has no other: is it well, and its figures. Without a token; under the
    certificate of [http], where there is one."""

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: Port = Field(default=8089, description="port to listen on; 0 takes a free one")


class Database(Part):
    """PostgreSQL for what all processes share. Given: the distributed runtime, with [kafka]."""

    url: str = Field(min_length=1, repr=False, description="postgresql://user@host:5432/simpul")
    password: str | None = Field(default=None, repr=False, description="or SIMPUL_DATABASE__PASSWORD")
    master_key: Path | None = Field(
        default=None,
        description="file of the key that wraps persons' keys, the same on every machine; none: in the data folder",
    )


class Redis(Part):
    """What may be lost: the live page's news, limits that dispatchers share, a short cut for repeats."""

    url: str = Field(min_length=1, repr=False, description="redis://host:6379/0, or rediss:// for TLS")
    password: str | None = Field(default=None, repr=False, description="or SIMPUL_REDIS__PASSWORD")


class Traces(Part):
    """Spans for an OpenTelemetry collector, from the datagram to the notice. They need the extra `traces`."""

    endpoint: str = Field(pattern="^https?://", description="OTLP over HTTP, as http://collector:4318/v1/traces")
    sample: float = Field(
        default=1.0, ge=0, le=1, description="share of incidents, and of raw frames, that have a trace"
    )


class Company(Part):
    """Whose documents they are: the head of each."""

    name: str = Field(default=OPERATOR.name, min_length=1, description="the operator's name")
    address: str = Field(default=OPERATOR.address, description="its address, in one line")
    contact: str = Field(default=OPERATOR.contact, description="its phone, mail and site, in one line")


class Settings(Part):
    """Everything that `simpul run` needs to know; as given, whatever the environment says."""

    data: Path = Field(default=Path("data"), description="folder of all files that the service writes")
    master_key: Path | None = Field(
        default=None,
        description="file of the key that wraps persons' keys; none: the credential simpul.master-key, or our own",
    )
    key_command: tuple[str, ...] = Field(
        default=(),
        description="a command, word by word, that prints that key (the client of a KMS), in place of a file",
    )
    inventory: Path | None = Field(default=None, description="the network: JSON file, CSV folder or GraphML")
    inventory_may_lack: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="share of devices, links, services or customers in force that a new inventory may lack (100 of "
        "them always); where it lacks more, it was cut short, and nothing starts",
    )
    policy: Path | None = Field(default=None, description="the operator's rules (TOML or JSON); none: the SOP's")
    rota: Path | None = Field(
        default=None, description="who is on duty when (TOML), see rota.md; none: alerts go to `channels.staff`"
    )
    domain: str = Field(
        default="id", min_length=1, description="name of the one correlation domain; of several, the national one's"
    )
    http: Http = Field(default=Http(), description="see [http]")
    users: Users = Field(default=Users(), description="see [users]")
    oidc: Oidc | None = Field(default=None, description="see [oidc]; none: no single sign-on")
    snmp: Snmp = Field(default=Snmp(), description="see [snmp]")
    listeners: dict[str, Listener] = Field(
        default_factory=dict, description="other listeners, see [listeners.NAME] and add-a-listener.md"
    )
    webhooks: dict[str, WebhookIn] = Field(
        default_factory=dict, description="webhooks of your own names, see [webhooks.NAME] and webhooks.md"
    )
    sms: SmsIn | None = Field(
        default=None, description="see [sms]: a gateway that signs what it posts to /replies/sms; none: by token"
    )
    polls: dict[str, Poll] = Field(
        default_factory=dict, description="systems that are asked, see [polls.NAME] and polls.md"
    )
    ports: dict[str, Ports] = Field(
        default_factory=dict, description="devices that are asked for the names of their ports, see [ports.NAME]"
    )
    channels: Channels = Field(default=Channels(), description="see [channels]")
    keep: Keep = Field(default=Keep(), description="see [keep]")
    kafka: Kafka | None = Field(default=None, description="see [kafka]; none: all on this machine")
    database: Database | None = Field(default=None, description="see [database]; goes with [kafka]")
    edge: Edge = Field(default=Edge(), description="see [edge]")
    probe: Probe = Field(default=Probe(), description="see [probe]; /healthz and /metrics of each other process")
    redis: Redis | None = Field(default=None, description="see [redis]; the service works without")
    company: Company = Field(default=Company(), description="see [company]")
    traces: Traces | None = Field(default=None, description="see [traces]; none: nothing is traced")
    clock_factor: float = Field(default=1.0, gt=0, description="story seconds a second; for demo and drills")
    clock_start_us: int = Field(default=0, ge=0, description="where a clock with a factor starts; 0: now")
    log: Literal["debug", "info", "warning", "error"] = Field(default="info", description="least level that is logged")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.kafka is None) != (self.database is None):
            raise ValueError("[kafka] and [database] go together: give both, or neither")
        if self.domain not in self.domains:
            raise ValueError(f"domain is {self.domain}, which kafka.domains does not name")
        if self.key_command and (self.master_key or (self.database and self.database.master_key)):
            raise ValueError("key_command and master_key both hand in the master key: leave one out")
        return self

    @property
    def distributed(self) -> bool:
        """Whether the processes may be on several machines; else one machine's files hold everything."""
        return self.kafka is not None

    def listening_at(self, ports: Mapping[str, int], tls_ports: Mapping[str, int]) -> "Settings":
        """The same, with these ports by the names of listeners."""
        snmp = self.snmp.model_copy(update={"port": ports["snmp"]} if "snmp" in ports else {})
        others = {
            name: one.model_copy(update={"port": ports[name]} if name in ports else {})
            for name, one in self.listeners.items()
        }
        for name, port in tls_ports.items():
            if name in others and (tls := others[name].tls) is not None:
                others[name] = others[name].model_copy(update={"tls": tls.model_copy(update={"port": port})})
        return self.model_copy(update={"snmp": snmp, "listeners": others})

    @property
    def probing(self) -> Http:
        """The small door. It asks for no token, so none travels in clear there."""
        safe = {"certificate": self.http.certificate, "key": self.http.key}
        return Http.model_validate({**self.probe.model_dump(), **safe, "plain": True})

    @property
    def domains(self) -> tuple[str, ...]:
        """In the order of their partitions: a new one goes to the end, none moves."""
        return (self.kafka.domains if self.kafka is not None else ()) or (self.domain,)


class Given(Settings, BaseSettings):
    """Settings as an operator gives them. Read once, by the command: what it hands to its processes stays as it is."""

    model_config = SettingsConfigDict(env_prefix="SIMPUL_", env_nested_delimiter="__", extra="forbid", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which is handed in as initial values."""
        del settings_cls, dotenv_settings, file_secret_settings
        assert isinstance(init_settings, InitSettingsSource)
        assert isinstance(env_settings, EnvSettingsSource)
        env_settings.env_vars = from_files(env_settings.env_vars)
        return env_settings, init_settings


class BadSettings(ValueError):
    """Settings that cannot be used: each fault with the name of its field."""


def from_files(variables: Mapping[str, str | None]) -> dict[str, str | None]:
    """The environment, with what the files hold that variables `SIMPUL_..._FILE` name: secrets are handed over so.

    Names are in small letters here. Raises BadSettings.
    """
    found = dict(variables)
    for name, path in variables.items():
        if not (name.startswith("simpul_") and name.endswith("_file")):
            continue
        plain = name.removesuffix("_file")
        if plain in variables:
            raise BadSettings(f"{plain.upper()} and {name.upper()} are both set: take one out")
        try:
            found[plain] = Path(found.pop(name) or "").read_text().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as fault:
            raise BadSettings(f"{name.upper()}: {path} cannot be read: {fault}. It names a file") from fault
    return found


def load(path: Path | None = None) -> Settings:
    """From a file (default: `simpul.toml`, where there is one). Raises BadSettings with every fault."""
    named = path or FILE
    given: dict[str, Any] = {}
    if path is not None or named.exists():
        try:
            given = tomllib.loads(named.read_text())
        except OSError as fault:
            raise BadSettings(f"{named}: it cannot be read: {fault.strerror}. {BEGIN}") from fault
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            raise BadSettings(f"{named}: this is not TOML: {fault}. {BEGIN}") from fault
    try:
        return Given(**given)
    except ValidationError as fault:
        raise BadSettings("; ".join(_told(one, named) for one in fault.errors())) from fault


def _told(fault: "ErrorDetails", file: Path) -> str:
    """Where it was said, what is wrong, and what to do."""
    place = [str(part) for part in fault["loc"]]
    variable = ("SIMPUL_" + "__".join(place)).upper()
    where = variable if variable in os.environ or f"{variable}_FILE" in os.environ else f"{file}: {'.'.join(place)}"
    match fault["type"]:
        case "extra_forbidden":
            return f"{where}: there is no such setting. Take it out; docs/operations.md lists them"
        case "missing":
            return f"{where}: it must be given. Add it, or take its part out"
        case "value_error":  # our own, which says what to do
            return f"{where}: {fault['msg'].removeprefix('Value error, ')}"
        case _:
            return f"{where}: {fault['msg'][:1].lower()}{fault['msg'][1:]}. docs/operations.md says what it is"
