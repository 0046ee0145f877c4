"""A file that lacks much of the network in force is refused before anything starts, and taken where it is meant so."""

from contextlib import closing
from pathlib import Path

import pytest

from connectors.ports import Commit
from correlator.state import TextRow
from streams import bootstrap
from streams.bootstrap.places import store_of
from streams.bootstrap.shared import shared
from streams.files import BadFiles
from streams.settings import Http, Settings
from topology.compile import compile_inventory
from topology.loaders.dump import to_json
from topology.model import Customer, Device, Inventory, Service, Site


def homes(first: int, end: int) -> Inventory:
    """A router, and customers by number."""
    numbers = range(first, end)
    return Inventory(
        sites=(Site(id="JKT", kind="pop", region="DKI Jakarta"),),
        devices=(Device(id="R", site="JKT", role="core", tier="backbone", gateway=True),),
        services=tuple(Service(id=f"SV-{n}", customer=f"CU-{n}", product="dia", attach=(f"R/{n}",)) for n in numbers),
        customers=tuple(Customer(id=f"CU-{n}", segment="business", phone=f"+6281{n:07}") for n in numbers),
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a service that has had 1,000 customers in force."""
    given = Settings(data=tmp_path / "data", inventory=tmp_path / "inventory.json", http=Http(port=0))
    put(given, homes(0, 1000))
    bootstrap.prepare(given)
    in_force = [("texts", "inventory", TextRow(compile_inventory(homes(0, 1000)).hash))]
    with closing(store_of(given)) as store:
        store.commit(Commit(given.domain, 0, 1, in_force, []))
    return given


def put(settings: Settings, inventory: Inventory) -> None:
    assert settings.inventory is not None
    settings.inventory.write_bytes(to_json(inventory))


def test_a_file_that_was_cut_short_is_refused(settings: Settings) -> None:
    put(settings, homes(0, 500))
    with pytest.raises(BadFiles) as refused:
        bootstrap.prepare(settings)
    assert "lacks 500 of 1,000 services, 500 of 1,000 customers of the one in force" in str(refused.value)
    assert "SIMPUL_INVENTORY_MAY_LACK=1" in str(refused.value)


def test_its_contacts_are_kept(settings: Settings) -> None:
    put(settings, homes(0, 500))
    with pytest.raises(BadFiles):
        bootstrap.prepare(settings)
    with closing(shared(settings)) as parts:
        assert parts.directory.contact("CU-900") is not None


def test_others_in_their_place_do_not_make_up_for_it(settings: Settings) -> None:
    put(settings, homes(500, 1500))
    with pytest.raises(BadFiles, match="lacks 500 of 1,000 services"):
        bootstrap.prepare(settings)


@pytest.mark.parametrize(("first", "end"), [(0, 850), (0, 2000), (0, 1000)])
def test_what_a_network_may_lose_from_one_day_to_the_next_is_taken(settings: Settings, first: int, end: int) -> None:
    put(settings, homes(first, end))
    bootstrap.prepare(settings)


def test_where_it_is_meant_so_it_is_taken(settings: Settings) -> None:
    put(settings, homes(0, 10))
    bootstrap.prepare(settings.model_copy(update={"inventory_may_lack": 1.0}))
