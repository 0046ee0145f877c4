"""What a deployment may set of what is asked: `[polls.NAME]` and `[ports.NAME]`, parts of `streams.settings`."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, IPvAnyNetwork, model_validator

from correlator.events import AlarmType
from streams.part import Part, Port, is_loopback

System = Literal["alertmanager", "librenms", "prometheus", "snmp", "zabbix"]


class Poll(Part):
    """A system that is asked what it holds active, and whom it asks, see polls.md."""

    system: System = Field(description="alertmanager, librenms, prometheus, snmp (ALARM-MIB) or zabbix")
    url: str = Field(
        pattern="^(https?|snmp)://[^/?#]+", description="where it is, as http://prometheus:9090; snmp://10.0.0.1:161"
    )
    token: str | None = Field(default=None, repr=False, description="its token for us; of snmp the community")
    username: str | None = Field(
        default=None, description="who asks, by HTTP Basic; of snmp a user of SNMPv3, see snmpv3.md"
    )
    password: str | None = Field(default=None, repr=False, description="... and the password")
    authorities: Path | None = Field(
        default=None, description="certificates (PEM) that its own is checked with; none: the system's"
    )
    every_s: int = Field(default=60, ge=1, description="seconds between two questions")
    confirm: int = Field(default=2, ge=1, description="raised after so many answers in a row (prometheus)")
    source: str | None = Field(
        default=None,
        min_length=1,
        description="as its alarms name it: of one that posts webhooks, alertmanager:TOKEN or zabbix:TOKEN, and of a "
        "device that sends traps, snmp:ADDRESS; none: SYSTEM:NAME, of snmp the address",
    )
    queries: dict[AlarmType, tuple[str, ...]] | None = Field(
        default=None, description="PromQL by type of alarm; none: of blackbox_exporter and snmp_exporter, see polls.md"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.system == "snmp") != self.url.startswith("snmp://"):
            raise ValueError(f"system is {self.system}, and url is {self.url}: snmp:// goes with snmp, http(s):// else")
        if self.queries is not None and self.system != "prometheus":
            raise ValueError("queries are of prometheus alone: take them out")
        if self.username is not None and self.token is not None:
            raise ValueError("token and username are both given: take one out")
        if self.password is not None and self.system == "snmp":
            raise ValueError("password is none of snmp: username names a user that `simpul snmp add` made")
        if (
            (self.token or self.password)
            and self.url.startswith("http://")
            and not is_loopback(urlsplit(self.url).hostname or "")
        ):
            raise ValueError("url is http://, by which the token or password travels in clear: write https://")
        return self


class Ports(Part):
    """Devices that are asked how they call their ports, where no row has what an alarm says, see polls.md."""

    devices: tuple[IPvAnyNetwork, ...] = Field(
        min_length=1, description="networks of their management addresses; the smallest that fits counts"
    )
    community: str | None = Field(default=None, repr=False, description="of SNMPv2c; or a username")
    username: str | None = Field(default=None, description="a user of SNMPv3, see snmpv3.md; or a community")
    port: Port = Field(default=161, description="where they answer")
    every_h: int = Field(default=24, ge=1, description="hours until one is asked anew; a restart is known by itself")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.community is None) == (self.username is None):
            raise ValueError("a device is asked by a community or by a user: give one of community and username")
        return self
