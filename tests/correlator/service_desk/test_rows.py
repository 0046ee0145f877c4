"""What older journals hold of a ticket's row can be read."""

import msgspec

from correlator.rows.service_desk import TicketRow

OLD = {
    "id": "TK-1",
    "number": "NT-20260301-000001",
    "kind": "complaint",
    "category": "network",
    "klass": "Major",
    "class_reason": "the service is entirely down",
    "classed_by": "machine",
    "stage": "verification",
    "owner": "customer_support",
    "opened_us": 1,
}


def test_a_row_packed_when_the_severity_was_called_klass_is_read_and_written_as_it_was() -> None:
    row = msgspec.msgpack.decode(msgspec.msgpack.encode(OLD), type=TicketRow)
    assert row.severity == "Major"
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(row))
    assert {name: again[name] for name in OLD} == OLD
