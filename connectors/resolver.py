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


class InventoryResolver:
    """Implements `ports.Resolver` over a topology and the names of its devices (device id -> name).

    A name that two devices share resolves to neither: guessing would blame the wrong one.
    """

    def __init__(self, topology: Known, names: Mapping[str, str], clock: Callable[[], int] | None = None) -> None:
        """`clock`: microseconds since 1970, for the report."""
        self._ids = frozenset(topology.ids)
        self._devices = {address: topology.ids[number] for address, number in topology.addresses.items()}
        self._names = _unambiguous(names)
        self._clock = clock
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
        found = f"{device}/{port}"
        if found not in self._ids:
            self._miss(found, "port")
        return found

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
