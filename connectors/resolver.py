"""Names and addresses to inventory ids, in one place, with a report of what did not resolve.

Every listener asks here and nowhere else, so that an operator who mends one name mends it for all sources.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from itertools import islice
from typing import Protocol

from connectors.ports import Unresolved

MOST_UNRESOLVED = 10_000  # distinct names kept; the one not seen for longest goes first


class Known(Protocol):
    """What the resolver needs of a compiled topology."""

    @property
    def ids(self) -> Sequence[str]: ...

    @property
    def addresses(self) -> Mapping[str, int]: ...


class Ports(Protocol):
    """How devices call their own ports (`connectors.polls.port_names`)."""

    @property
    def version(self) -> int: ...

    def others(self, device: str, port: str, up_us: int | None = None) -> Sequence[str]: ...


class InventoryResolver:
    """Implements `ports.Resolver` over a topology and the names of its devices (device id -> name).

    A name that two devices share resolves to neither: guessing would blame the wrong one.
    """

    def __init__(
        self,
        topology: Known,
        names: Mapping[str, str],
        clock: Callable[[], int] | None = None,
        ports: Ports | None = None,
    ) -> None:
        """`clock`: microseconds since 1970, for the report; `ports`: none: no device is asked for the names of its
        ports."""
        self._ids = frozenset(topology.ids)
        self._devices = {address: topology.ids[number] for address, number in topology.addresses.items()}
        self._names = _unambiguous(names)
        self._clock = clock
        self._ports = ports
        self._unresolved: OrderedDict[tuple[str, str], tuple[int, int | None]] = OrderedDict()
        self.missed = 0  # questions without an answer, all in all

    def device_at(self, address: str) -> str | None:
        """The device that has this management address; None and counted where none has."""
        found = self._at(address)
        if found is None:
            self._miss(address, "address")
        return found

    def object_named(self, name: str) -> str | None:
        """The inventory id for an id, a device's name, an address, or one of these with `/port` behind it.

        A port of a known device that no row names is counted, for it is often one that the inventory names otherwise.
        """
        name = name.strip()
        if name in self._ids:
            return name
        head, slash, port = name.partition("/")
        device = self._device(head)
        if device is None:
            self._miss(name, "name")
            return None
        if not slash or not port:
            return device
        listed = self.listed_port(device, [port])
        if listed is None:
            self._miss(f"{device}/{port}", "port")
        return listed or f"{device}/{port}"

    def listed_port(self, device: str, names: Sequence[str], up_us: int | None = None) -> str | None:
        """The port of a device that a row has by one of these names, the best first, or by one that the device has for
        it besides; None where none has, or several. Counts nothing. `up_us`: for how long the device says it is up."""
        listed = next((port for name in names if (port := f"{device}/{name}") in self._ids), None)
        if listed is not None or self._ports is None:
            return listed
        for name in names:
            found = {
                port for other in self._ports.others(device, name, up_us) if (port := f"{device}/{other}") in self._ids
            }
            if found:
                return found.pop() if len(found) == 1 else None
        return None

    @property
    def version(self) -> int:
        """What was resolved before it grew may resolve otherwise now."""
        return 0 if self._ports is None else self._ports.version

    def knows(self, name: str) -> bool:
        """Whether a device has this id, name or address. It is asked of several names of one thing: none is counted."""
        return self._device(name.strip()) is not None

    def lists(self, object_id: str) -> bool:
        """Whether a row of the inventory names it. Any port of a known device exists; which are used, the rows say."""
        return object_id in self._ids

    def unresolved(self, last: int = 1000) -> list[Unresolved]:
        """The names last seen that did not resolve, newest first."""
        newest = islice(reversed(self._unresolved.items()), last)
        return [Unresolved(name, source, times, seen) for (name, source), (times, seen) in newest]

    def _device(self, name: str) -> str | None:
        """Any port of a known device exists, so only what stands before the slash is looked up."""
        if name in self._ids:
            return name
        found = self._at(name) or self._names.get(name.casefold())
        if found is None and not _is_address(name):  # a host name's first label (RFC 1034 3.1)
            label = name.partition(".")[0]
            found = label if label in self._ids else self._names.get(label.casefold())
        return found

    def _at(self, address: str) -> str | None:
        """As written, else as Python writes it: IPv6 has many spellings (RFC 5952)."""
        found = self._devices.get(address)
        if found is None and ":" in address and _is_address(address):
            found = self._devices.get(str(ip_address(address.strip("[]"))))
        return found

    def _miss(self, name: str, source: str) -> None:
        self.missed += 1
        times, _ = self._unresolved.pop((name, source), (0, None))
        self._unresolved[name, source] = (times + 1, self._clock() if self._clock else None)
        if len(self._unresolved) > MOST_UNRESOLVED:
            self._unresolved.popitem(last=False)


def _unambiguous(names: Mapping[str, str]) -> dict[str, str]:
    """Folded name -> device id, without names that two devices share."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for device, name in names.items():
        folded = name.casefold()
        if found.setdefault(folded, device) != device:
            shared.add(folded)
    return {name: device for name, device in found.items() if name not in shared}


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
