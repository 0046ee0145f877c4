"""Whether the mail server and the gateway answer. Nothing is sent: a log-in at most."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

from streams.checkup.finding import Finding, well
from streams.settings import Settings, Smtp

PATIENCE_S = 5.0


def reach(settings: Settings) -> Iterator[Finding]:
    if (mail := settings.channels.smtp) is not None:
        yield _mail(mail)
    if (hook := settings.channels.webhook) is not None:
        yield _gateway(hook.url)


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
    except OSError as error:
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


def _gateway(url: str) -> Finding:
    part, split = "channels.webhook", urlsplit(url)
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
