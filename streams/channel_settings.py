"""What a deployment may set of the ways on which messages leave; a part of `streams.settings`."""

from typing import Any, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from correlator.events import Channel, StaffRole
from streams.part import Part, Port


class Smtp(Part):
    """Mail to customers and staff."""

    host: str = Field(description="mail server")
    port: Port = Field(default=587, description="its port")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="how the connection is made safe"
    )
    username: str | None = Field(default=None, description="who logs in; none: nobody does")
    password: str | None = Field(default=None, repr=False, description="or SIMPUL_CHANNELS__SMTP__PASSWORD")
    sender: str = Field(default="support@nusantaratelekomindo.co.id", description="From of all mail")
    per_s: float = Field(default=20, gt=0, description="most mails a second")


class Webhook(Part):
    """Messages to a gateway (SMS, chat) by HTTP POST: over TLS and signed, unless it is said otherwise."""

    url: str = Field(pattern="^https?://[^/?#]+", description="where messages are posted")
    secret: str | None = Field(default=None, repr=False, description="signs each body (HMAC-SHA256)")
    per_s: float = Field(default=20, gt=0, description="most messages a second")
    plain: bool = Field(default=False, description="post without TLS: numbers and messages travel in clear")
    unsigned: bool = Field(default=False, description="post without a secret: the gateway cannot tell who asks")

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.url.startswith("http://") and not self.plain:
            raise ValueError("url is http://, by which numbers travel in clear: write https://, or plain = true")
        if not self.secret and not self.unsigned:
            raise ValueError("secret is missing, by which the gateway knows us: give one, or write unsigned = true")
        return self


class Hub(Part):
    """Other systems that ask to be told of tickets and alarms (TMF621, TMF642: /hub)."""

    hosts: list[str] = Field(min_length=1, description="hosts that may be told; no other address is taken")
    secret: str | None = Field(
        default=None, repr=False, description="signs each event (HMAC-SHA256), as messages to a gateway are"
    )
    per_s: float = Field(default=200, gt=0, description="most events a second")
    authorities: str | None = Field(
        default=None, description="a file of certificates that are believed in place of the system's"
    )


class Channels(Part):
    """How messages leave. Without any, all go to a file in the data folder."""

    smtp: Smtp | None = Field(default=None, description="mail")
    webhook: Webhook | None = Field(default=None, description="a gateway for phones")
    hub: Hub | None = Field(default=None, description="systems that subscribe to tickets and alarms")
    routes: dict[str, list[str]] = Field(
        default_factory=dict,
        description="channels in order by word (phone, email, portal, walk_in, staff, report); others go to the file",
    )
    staff: dict[StaffRole, str] = Field(default_factory=dict, description="mail address of each role, for alerts")
    file_per_s: float = Field(default=20_000, gt=0, description="most messages a second into the file")
    attempts: int = Field(default=8, ge=1, description="tries before a message goes to the dead letters")
    lease_s: float = Field(default=30, ge=1, description="a dispatcher that is silent for so long is taken for dead")

    @field_validator("routes")
    @classmethod
    def _words(cls, routes: dict[str, Any]) -> dict[str, Any]:
        """A route of a word that nobody uses, or to a channel that there is not, would be kept and never taken."""
        known = (*get_args(Channel), "staff", "report")
        if unknown := [word for word in routes if word not in known]:
            raise ValueError(f"there is no word {', '.join(unknown)}: there are {', '.join(known)}")
        there = ("file", *(name for name, field in cls.model_fields.items() if field.default is None and name != "hub"))
        if unknown := [name for names in routes.values() for name in names if name not in there]:
            raise ValueError(f"there is no channel {', '.join(unknown)}: there are {', '.join(there)}")
        return routes
