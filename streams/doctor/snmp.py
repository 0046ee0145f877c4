"""SNMPv3: whether its users can be taken, and which engines spoke that nobody named."""

from collections.abc import Iterator

from connectors.ports import PortError
from streams.bootstrap.snmp import users as secured
from streams.doctor.finding import Finding, well
from streams.settings import Settings
from topology.english import counted

SHOWN = 3  # engines


def snmp(settings: Settings) -> Iterator[Finding]:
    if not settings.snmp.enabled:
        return
    try:
        users = secured.snmp_users(settings)
        known = secured.snmp_engines(settings)
    except PortError as error:
        yield Finding("snmp.users", "wrong", error.what, error.remedy)
        return
    if not users:
        yield well("snmp.users", "none: SNMPv3 is refused; `simpul snmp add NAME` makes one")
        return
    yield well("snmp.users", ", ".join(f"{user.name} ({user.level})" for user in users))
    if weak := [user.name for user in users if user.auth == "MD5" or user.priv == "DES"]:
        what = f"{', '.join(weak)} {'has' if len(weak) == 1 else 'have'} HMAC-MD5 or DES, which are broken"
        yield Finding("snmp.weak", "warning", what, "Take SHA-256 and AES-128 where the device has them")
    learned = [one for one in known.engines if not one.named]
    if learned:
        some = ", ".join(f"{one.id} at {one.source}" for one in learned[:SHOWN])
        more = f" and {len(learned) - SHOWN} more" if len(learned) > SHOWN else ""
        what = f"{counted(len(learned), 'engine')} learned, which nobody named: {some}{more}"
        yield Finding("snmp.engines", "warning", what, "Name those that are yours in [snmp.engines]")
    elif known.engines:
        yield well("snmp.engines", f"{counted(len(known.engines), 'engine')}, each named")
