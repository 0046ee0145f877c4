"""The channels: which there are, and which of them are set up."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from streams import clock
from streams.files import BadFiles, Files
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.outbox import Way


TOGETHER = 64  # messages that are synced at once


def file(settings: Settings, files: Files, now: clock.Clock) -> "Way | None":
    """Is there always."""
    from connectors.channels.file import FileChannel
    from connectors.outbox import Way

    channel = FileChannel(files.messages, now, knows_all=not settings.distributed)
    return Way(channel, "any", settings.channels.file_per_s, parallel=TOGETHER)


def smtp(settings: Settings, files: Files, now: clock.Clock) -> "Way | None":
    del files  # it writes none
    mail = settings.channels.smtp
    if mail is None:
        return None

    from connectors.channels.smtp import SmtpChannel, SmtpSettings
    from connectors.outbox import Way

    security = SmtpSettings(mail.host, mail.port, mail.security, mail.username, mail.password, mail.sender)
    return Way(SmtpChannel(security, now), "email", mail.per_s)


def webhook(settings: Settings, files: Files, now: clock.Clock) -> "Way | None":
    del files  # it writes none
    hook = settings.channels.webhook
    if hook is None:
        return None

    from connectors.channels.webhook import WebhookChannel, WebhookSettings
    from connectors.outbox import Way

    return Way(WebhookChannel(WebhookSettings(hook.url, hook.secret), now), "phone", hook.per_s, parallel=8)


def hub(settings: Settings, files: Files, now: clock.Clock) -> "Way | None":
    del files  # it writes none
    given = settings.channels.hub
    if given is None:
        return None

    from connectors.channels.hub import HubChannel, HubSettings
    from connectors.outbox import Way

    made = HubSettings(frozenset(given.hosts), given.secret, authorities=given.authorities)
    return Way(HubChannel(made, now), "any", given.per_s, parallel=16)


# One line a channel: what makes it of the settings; None where it is not set up.
CHANNELS: "tuple[Callable[[Settings, Files, clock.Clock], Way | None], ...]" = (
    file,
    smtp,
    webhook,
    hub,
)


def ways(settings: Settings, files: Files, now: clock.Clock) -> "list[Way]":
    """The channels that are set up. Raises BadFiles for a route to one that is not."""
    made = {way.channel.name: way for make in CHANNELS if (way := make(settings, files, now)) is not None}
    for word, names in settings.channels.routes.items():
        for name in names:
            if name not in made:
                raise BadFiles(f"channels.routes.{word} names {name}, which is not set up", f"Add [channels.{name}]")
    return list(made.values())


def left_to_the_file(settings: Settings, files: Files) -> list[str]:
    """Words that no route names, and whose messages so reach nobody. Raises BadFiles."""
    from connectors.outbox.dispatcher import routed
    from connectors.outbox.parts import HUB

    routes = settings.channels.routes
    taken = routed({way.channel.name: way for way in ways(settings, files, clock.wall_us)}, routes)
    unnamed = {word: taken[word] for word in taken if word != HUB and not routes.get(word)}
    return [word for word, way in unnamed.items() if [one.channel.name for one in way] == ["file"]]


def channel_names(settings: Settings, files: Files) -> list[str]:
    """Which channels are set up. Raises BadFiles."""
    return [way.channel.name for way in ways(settings, files, clock.wall_us)]
