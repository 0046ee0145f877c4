"""The island of the campaign's benchmark: a cut of its one fibre takes everybody down, and everybody can be told."""

from bench.storm.island import CUT, island
from topology import impact
from topology.compile import compile_inventory


def test_the_cut_takes_everybody_down() -> None:
    topology = compile_inventory(island(2500))
    down = impact.services_down(topology, impact.down(topology, (topology.index[CUT],)))
    assert len(impact.customers_of(topology, down)) == len(topology.customer_ids) == 2500


def test_everybody_has_a_phone_or_a_mail_address() -> None:
    assert all(bool(one.phone) != bool(one.email) for one in island(50).customers)
