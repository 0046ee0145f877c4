"""What the bench of webhooks posts is what it counts."""

import pytest

from bench.webhooks import ALERTS, body
from connectors.formats.json_rows import Envelope
from connectors.webhooks import alertmanager, zabbix
from correlator.events import Alarm, moment

T0 = 1_772_323_200_000_000
ADDRESSES = [f"10.0.0.{n}" for n in range(200)]


@pytest.mark.parametrize(
    ("name", "parse", "number"), [("alertmanager", alertmanager.parse, ALERTS), ("zabbix", zabbix.parse, 1)]
)
def test_a_body_is_raised_then_cleared_of_the_same_alarms(name: str, parse: object, number: int) -> None:
    assert callable(parse)
    said = [parse(body(name, (3, turn), ADDRESSES), Envelope(moment(T0), "bench")) for turn in range(4)]
    assert all(isinstance(row, Alarm) for rows in said for row in rows)
    assert [len(rows) for rows in said] == [number] * 4
    assert [{row.state for row in rows} for rows in said] == [{"raised"}, {"cleared"}] * 2
    keys = [{(row.object, row.qualifier or row.alarm_type) for row in rows} for rows in said]
    assert len(keys[0]) == number
    assert keys[0] == keys[1]
    assert len({row.id for rows in said for row in rows}) == 4 * number
