"""The channels, and what sends by them."""

from typing import TYPE_CHECKING

from streams import clock
from streams import stall as stalls
from streams.files import BadFiles, Files
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.outbox import Way


def ways(settings: Settings, files: Files, now: clock.Clock) -> "list[Way]":
    """The channels that are set up; the file is there always. Raises BadFiles for a route to one that is not."""
    from connectors.channels.file import FileChannel
    from connectors.channels.smtp import SmtpChannel, SmtpSettings
    from connectors.channels.webhook import WebhookChannel, WebhookSettings
    from connectors.outbox import Way

    channels = settings.channels
    made = {"file": Way(FileChannel(files.messages, now), "any", channels.file_per_s)}
    if (mail := channels.smtp) is not None:
        security = SmtpSettings(mail.host, mail.port, mail.security, mail.username, mail.password, mail.sender)
        made["smtp"] = Way(SmtpChannel(security, now), "email", mail.per_s)
    if (hook := channels.webhook) is not None:
        made["webhook"] = Way(
            WebhookChannel(WebhookSettings(hook.url, hook.secret), now), "phone", hook.per_s, parallel=8
        )
    for word, names in channels.routes.items():
        for name in names:
            if name not in made:
                raise BadFiles(f"channels.routes.{word} names {name}, which is not set up", f"Add [channels.{name}]")
    return list(made.values())


def channel_names(settings: Settings, files: Files) -> list[str]:
    """Which channels are set up. Raises BadFiles."""
    return [way.channel.name for way in ways(settings, files, clock.wall_us)]


def past_the_outbox(settings: Settings, made: "list[Way]") -> list[stalls.Way]:
    """The administrator's ways, as alerts take them; the file at last."""
    names = [*settings.channels.routes.get("staff", []), "file"]
    mail = settings.channels.staff.get("administrator")
    channels = {way.channel.name: way for way in made if way.reads != "phone" and (mail or way.reads == "any")}
    return [stalls.Way(channels[name].channel, mail or "administrator") for name in names if name in channels]
