"""Whether the mail server, the gateway and the collector answer. Nothing is sent: a log-in at most."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlsplit

from streams.bootstrap.watching import installed
from streams.doctor.finding import Finding, well
from streams.settings import Settings, Smtp

PATIENCE_S = 5.0


def reach(settings: Settings) -> Iterator[Finding]:
    if (mail := settings.channels.smtp) is not None:
        yield _mail(mail)
    if (hook := settings.channels.webhook) is not None:
        yield _gateway("channels.webhook", hook.url)
    if settings.traces is not None:
        yield _collector("traces", settings.traces.endpoint)


def _mail(mail: Smtp) -> Finding:
    part, where = "channels.smtp", f"{mail.host} port {mail.port}"
    try:
        greeted = _greeted(mail)
    except smtplib.SMTPAuthenticationError as error:
        return Finding(part, "wrong", f"{where} refuses the log-in ({error.smtp_code})", "Correct username, password")
    except smtplib.SMTPException as error:
        return Finding(part, "wrong", f"{where}: {type(error).__name__}", "Check security and port with its operator")
    except ssl.SSLError as error:
        return Finding(part, "wrong", f"{where}: {error.reason or error}", "Check security; is its certificate good?")
    except (OSError, UnicodeError) as error:  # of a name with a part that is empty or too long
        return Finding(part, "wrong", f"{where} does not answer: {_why(error)}", "Check host, port and the firewall")
    return well(part, f"{where} answers{greeted}")


def _greeted(mail: Smtp) -> str:
    """As the channel would, up to the first message."""
    context = ssl.create_default_context()
    opened: smtplib.SMTP = (
        smtplib.SMTP_SSL(mail.host, mail.port, timeout=PATIENCE_S, context=context)
        if mail.security == "tls"
        else smtplib.SMTP(mail.host, mail.port, timeout=PATIENCE_S)
    )
    with opened as client:
        if mail.security == "starttls":
            client.starttls(context=context)
        if mail.username is None:
            client.ehlo()
            return ""
        client.login(mail.username, mail.password or "")
        return f", and lets {mail.username} in"


def _collector(part: str, url: str) -> Finding:
    """It may be away, and it hears of no person: without TLS it is as well."""
    if not installed():
        return Finding(part, "wrong", "OpenTelemetry is not installed", "Say: pip install 'simpul[traces]'")
    found = _gateway(part, url)
    if found.state != "wrong":
        return well(part, f"{urlsplit(url).hostname} answers; no span was sent")
    return replace(found, state="warning", remedy="Check endpoint and firewall; until then there are no traces")


def _gateway(part: str, url: str) -> Finding:
    split = urlsplit(url)
    secure = split.scheme == "https"
    if split.scheme not in ("http", "https") or not split.hostname:
        return Finding(part, "wrong", f"{url} is no address", "Give one as https://gateway.example/messages")
    try:
        port = split.port or (443 if secure else 80)
        with closing(socket.create_connection((split.hostname, port), PATIENCE_S)) as plain:
            if secure:
                ssl.create_default_context().wrap_socket(plain, server_hostname=split.hostname).close()
    except ssl.SSLError as error:
        return Finding(part, "wrong", f"{split.hostname}: {error.reason or error}", "Is its certificate good?")
    except (OSError, ValueError) as error:
        return Finding(part, "wrong", f"{split.hostname} does not answer: {_why(error)}", "Check url and firewall")
    if not secure:
        return Finding(part, "warning", f"{split.hostname} is reached without TLS", "Use https where you can")
    return well(part, f"{split.hostname} answers; nothing was posted")


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
