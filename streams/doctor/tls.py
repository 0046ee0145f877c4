"""What stands between a token and the wire: the door's certificate and key, proxies, or nothing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from cryptography import x509

from correlator.events import moment
from streams import clock
from streams.doctor.finding import Finding, well
from streams.part import is_loopback
from streams.processes.tls import BadCertificate, Certificate, shown
from streams.settings import Http
from topology.english import counted

PART = "http.certificate"
SOON = timedelta(days=21)


def tls(http: Http) -> Iterator[Finding]:
    yield from _proxies(http)
    if http.certificate is not None and http.key is not None:
        yield _certificate(http.certificate, http.key)
        yield _key(http.key)
    elif http.proxies:
        yield well(PART, "none: TLS is the proxies' business")
    elif is_loopback(http.host):
        yield well(PART, "none: the door is for this machine only")
    else:
        what = f"tokens travel in clear to {http.host}, as http.plain allows"
        yield Finding(PART, "warning", what, "Set http.certificate and http.key, or http.proxies")


def _proxies(http: Http) -> Iterator[Finding]:
    wide = [str(network) for network in http.proxies if network.prefixlen == 0]
    if wide:
        what = f"{', '.join(wide)}: whoever asks may say who he is"
        yield Finding("http.proxies", "wrong", what, "Name the proxies' own networks")
    elif http.proxies:
        yield well("http.proxies", f"{', '.join(map(str, http.proxies))} are believed, by {http.forwarded} headers")


def _certificate(chain: Path, key: Path) -> Finding:
    try:
        Certificate(chain, key)
    except BadCertificate as bad:
        return Finding(PART, "wrong", bad.what, bad.remedy)
    found = shown(chain)
    now, end = moment(clock.wall_us()), found.not_valid_after_utc
    names = _names(found)
    said = f"{chain}: for {', '.join(names) or 'no name'}, good until {end:%Y-%m-%d %H:%M} UTC"
    if end <= now:
        return Finding(PART, "wrong", f"{said}: it has run out", "Renew it; it is read anew by itself")
    if found.not_valid_before_utc > now:
        return Finding(PART, "wrong", f"{said}, from {found.not_valid_before_utc:%Y-%m-%d} on", "See the clock")
    if not names:
        return Finding(PART, "warning", said, "Browsers want a name in it (subjectAltName)")
    if end - now < SOON:
        left = counted((end - now).days, "day is", "days are")
        return Finding(PART, "warning", f"{said}: {left} left", "Renew it in time")
    return well(PART, said)


def _names(certificate: x509.Certificate) -> list[str]:
    """Under which names and addresses the door may be asked."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = found.get_values_for_type(x509.IPAddress)
    return [*found.get_values_for_type(x509.DNSName), *(str(address) for address in addresses)]


def _key(key: Path) -> Finding:
    try:
        mode = key.stat().st_mode & 0o777
    except OSError as error:
        return Finding("http.key", "wrong", f"{key}: {error.strerror}", "Give this account the right to read it")
    if mode & 0o077:
        return Finding("http.key", "warning", f"{key}: others may read it (mode {mode:o})", f"chmod 600 {key}")
    return well("http.key", f"{key} is this account's alone")
