"""The webhooks: which formats there are, and which addresses the settings add."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from connectors.ports import Unusable
from streams.settings import Settings
from streams.webhook_settings import WebhookIn

if TYPE_CHECKING:
    from connectors.access.signatures import Signer
    from connectors.api.doors import Parser

# One line a format: the module whose `parse` reads it. Its name is an address, /webhooks/NAME, without any setting.
FORMATS: Mapping[str, str] = {
    "alertmanager": "connectors.webhooks.alertmanager",
    "generic": "connectors.webhooks.generic",
    "grafana": "connectors.webhooks.grafana",
    "librenms": "connectors.webhooks.librenms",
    "prtg": "connectors.webhooks.prtg",
    "tmf642": "connectors.webhooks.tmf642",
    "zabbix": "connectors.webhooks.zabbix",
}


def parsers(settings: Settings) -> "dict[str, Parser]":
    """By the name in /webhooks/NAME. Raises Unusable for a name that cannot be part of an address."""
    found: dict[str, Any] = {name: import_module(module).parse for name, module in FORMATS.items()}
    for name, given in settings.webhooks.items():
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            raise Unusable(f"webhooks.{name} is no name", "Give one of letters, digits, - and _: it is an address")
        if name in FORMATS and given.format != name:
            raise Unusable(f"webhooks.{name} is of the format {given.format}", f"Give it another name than {name}")
        found[name] = found[given.format] if given.fields is None else _mapped(name, given)
    return found


def forms(settings: Settings) -> frozenset[str]:
    """Those that also take a form: PRTG sends nothing else, nor does many an SMS gateway."""
    from connectors.access.routes import SMS

    return frozenset({SMS, "prtg", *(name for name, given in settings.webhooks.items() if given.format == "prtg")})


def signers(settings: Settings) -> "dict[str, Signer]":
    """Of those whose bodies are signed: by the webhook's name, and of the SMS gateway by its path."""
    from connectors.access.routes import SMS
    from connectors.access.signatures import Signer

    found = {
        name: Signer(name, given.secret, given.signature, given.signed_time, setting=f"webhooks.{name}")
        for name, given in settings.webhooks.items()
        if given.secret is not None
    }
    if (sms := settings.sms) is not None:
        found[SMS] = Signer("sms", sms.secret, sms.signature, sms.signed_time, role="portal", setting="sms")
    return found


def _mapped(name: str, given: WebhookIn) -> "Parser":
    from connectors.webhooks.mapped import FieldMap, Mapped

    fields = given.fields
    assert fields is not None
    return Mapped(
        FieldMap(
            part=f"webhooks.{name}.fields",
            expressions=fields.expressions,
            raised=fields.raised,
            cleared=fields.cleared,
            types=fields.types,
            severities=fields.severities,
        )
    )
