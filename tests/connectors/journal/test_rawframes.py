"""Raw frames: what is packed is what is read, in frames that fit into a record; what cannot be read is named."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.formats.raw_frames import (
    MOST_DATAGRAMS,
    MOST_OCTETS,
    Damaged,
    Datagram,
    RawFrame,
    pack,
    place_of,
    sliced,
    unpack,
)
from connectors.ports import Unusable

T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z

datagrams = st.builds(Datagram, peer=st.ip_addresses().map(str), at_us=st.integers(0, 2**60), octets=st.binary())


def datagram(n: int, octets: int = 100) -> Datagram:
    return Datagram(f"10.0.0.{n % 250}", T0 + n, bytes([n % 256]) * octets)


@given(st.lists(datagrams, min_size=1, max_size=20), st.text())
def test_what_is_read_is_what_was_packed(some: list[Datagram], name: str) -> None:
    frame = RawFrame("snmp", name, some)
    assert unpack(pack(frame), "here") == frame


@pytest.mark.parametrize("n", [0, MOST_DATAGRAMS + 1])
def test_a_frame_holds_one_to_500_datagrams(n: int) -> None:
    with pytest.raises(AssertionError):
        pack(RawFrame("snmp", "e/1", [datagram(i) for i in range(n)]))


GOOD = pack(RawFrame("snmp", "e/1", [datagram(1)]))


@dataclass(frozen=True)
class Spoilt:
    body: bytes
    says: str
    kind: type[Unusable] = Damaged


@pytest.mark.parametrize(
    "spoilt",
    [
        Spoilt(b"", "format none", Unusable),
        Spoilt(b"\x02" + GOOD[1:], "format 02", Unusable),
        Spoilt(GOOD[:-3], "damaged"),
        Spoilt(b"\x01 no zlib", "damaged"),
    ],
)
def test_what_cannot_be_read_is_named(spoilt: Spoilt) -> None:
    with pytest.raises(spoilt.kind, match=f"partition 3, record 7 .*{spoilt.says}") as caught:
        unpack(spoilt.body, "partition 3, record 7")
    assert type(caught.value) is spoilt.kind


@pytest.mark.parametrize(
    ("octets", "sizes"),
    [
        ([], []),
        ([100] * 3, [3]),
        ([100] * 1_201, [500, 500, 201]),
        ([65_507] * 16, [7, 7, 2]),
        ([MOST_OCTETS], [1]),
        ([MOST_OCTETS, 1, 1], [1, 2]),
    ],
)
def test_slices_fit_and_keep_the_order(octets: list[int], sizes: list[int]) -> None:
    some = [datagram(n, length) for n, length in enumerate(octets)]
    slices = list(sliced(some))
    assert [len(one) for one in slices] == sizes
    assert [one for part in slices for one in part] == some


def test_a_source_has_one_place_on_every_machine() -> None:
    assert [place_of(f"10.0.0.{n}", 12) for n in range(6)] == [9, 11, 5, 11, 0, 2]
    assert {place_of(f"10.0.0.{n}", 12) for n in range(250)} == set(range(12)), "all places are used"
