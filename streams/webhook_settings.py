"""What a deployment may set of webhooks: `[webhooks.NAME]`, a part of `streams.settings`."""

from typing import Literal, Self

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import Field, field_validator, model_validator

from correlator.events import AlarmType, Severity
from streams.part import Part

Format = Literal["alertmanager", "generic", "grafana", "librenms", "mapped", "prtg", "tmf642", "zabbix"]


class Fields(Part):
    """Where any JSON has what an alarm is made of: JMESPath expressions, and what their words mean."""

    rows: str | None = Field(default=None, description="where a body has its rows; none: it is one, or a list of them")
    object: str = Field(description="of a row: what it is about, as the inventory or the sender names it")
    state: str = Field(description="its state, a word of `raised` or `cleared`")
    alarm_type: str | None = Field(default=None, description="its type, a word of `types` or a type of alarms")
    severity: str | None = Field(default=None, description="its severity, a word of `severities` or one of X.733")
    qualifier: str | None = Field(default=None, description="what tells it from others of its object: the sender's id")
    time: str | None = Field(default=None, description="RFC 3339 with zone, or seconds since 1970; none: of receipt")
    id: str | None = Field(default=None, description="its id; what comes again under one is a repeat")
    text: str | None = Field(default=None, description="what people read")
    raised: tuple[str, ...] = Field(default=("raised",), min_length=1, description="words of a state that holds")
    cleared: tuple[str, ...] = Field(default=("cleared",), min_length=1, description="words of one that is over")
    types: dict[str, AlarmType] = Field(default_factory=dict, description="types of alarms by the sender's words")
    severities: dict[str, Severity] = Field(default_factory=dict, description="severities by the sender's words")

    @field_validator("rows", "object", "state", "alarm_type", "severity", "qualifier", "time", "id", "text")
    @classmethod
    def _read(cls, expression: str | None) -> str | None:
        if expression is not None:
            try:
                jmespath.compile(expression)
            except JMESPathError as error:
                why = " ".join(str(error).split())
                raise ValueError(f"{expression!r} is no JMESPath: {why}. Its grammar: https://jmespath.org") from None
        return expression

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if both := set(self.raised) & set(self.cleared):
            raise ValueError(f"{min(both)!r} is in raised and in cleared: take it out of one")
        if self.alarm_type is None and self.qualifier is None:
            raise ValueError("all alarms of an object would be one: give alarm_type, qualifier or both")
        return self

    @property
    def expressions(self) -> dict[str, str]:
        named = {name: getattr(self, name) for name in ("rows", "object", "state", "alarm_type", "severity")}
        named |= {name: getattr(self, name) for name in ("qualifier", "time", "id", "text")}
        return {name: expression for name, expression in named.items() if expression is not None}


class SmsIn(Part):
    """What an SMS gateway posts to /replies/sms, signed in place of a token."""

    secret: str = Field(min_length=16, repr=False, description="bodies are signed with it (HMAC-SHA256)")
    signature: str = Field(default="X-Simpul-Signature", description="header of the signature")
    signed_time: str | None = Field(default=None, description="header of the signed time, of forms that have one")


class WebhookIn(Part):
    """A webhook of your own name at /webhooks/NAME, beside those that there are under their formats' names."""

    format: Format = Field(description="alertmanager, generic, grafana, librenms, mapped, prtg, tmf642 or zabbix")
    secret: str | None = Field(
        default=None, min_length=16, repr=False, description="bodies are signed with it (HMAC-SHA256); none: by token"
    )
    signature: str = Field(default="X-Simpul-Signature", description="header of the signature")
    signed_time: str | None = Field(default=None, description="header of the signed time, of forms that have one")
    fields: Fields | None = Field(default=None, description="of the format mapped, see [webhooks.NAME.fields]")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.format == "mapped") != (self.fields is not None):
            raise ValueError('fields go with format = "mapped": give both, or neither')
        return self
