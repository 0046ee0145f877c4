"""What every engine must do with what it is told of incidents: who holds what, and what their roots claim."""

import pytest

from correlator.inference.port import Held, Observation
from tests.correlator.inference.engines.compliance import FAULTS
from tests.correlator.inference.judging import Judging
from tests.correlator.inference.told import LATER_US, Told, said, standing

# orders, one after the other: who owns it then, and who suspects it
BOOKS: dict[tuple[str, ...], tuple[str | None, str | None]] = {
    ("own IN-1",): ("IN-1", None),
    ("own IN-1", "own IN-1"): ("IN-1", None),
    ("own IN-1", "own IN-2"): ("IN-2", None),
    ("own IN-1", "own"): (None, None),
    ("own",): (None, None),
    ("suspect IN-3",): (None, "IN-3"),
    ("suspect IN-3", "suspect IN-3"): (None, "IN-3"),
    ("suspect IN-3", "suspect IN-4"): (None, "IN-4"),
    ("suspect IN-3", "suspect"): (None, None),
    ("suspect",): (None, None),
    ("suspect IN-3", "own IN-1"): ("IN-1", None),
    ("suspect IN-3", "own IN-1", "own", "suspect IN-3"): (None, "IN-3"),
}
NAMES = ("IN-1", "IN-2", "IN-3", "IN-4")
CUT = next(iter(FAULTS))  # of LK-BTS2
ROOT = FAULTS[CUT]


class Books(Judging):
    """Of `make`; and all of `Judging`."""

    @pytest.mark.parametrize(("orders", "expected"), BOOKS.items(), ids=lambda one: ", ".join(map(str, one)))
    def test_the_books_are_as_ordered(
        self, told: Told, orders: tuple[str, ...], expected: tuple[str | None, str | None]
    ) -> None:
        one, other = told.tell("BTS-2 device_unreachable", "BTS-1 device_unreachable")
        accounts = told.engine.accounts
        accounts.own(other, "IN-1")
        for order in orders:
            word, _, incident = order.partition(" ")
            (accounts.own if word == "own" else accounts.suspect)(one, incident or None)
        assert (one.owner, one.suspect) == expected
        others = {"IN-1": {other}}
        for name in NAMES:
            assert accounts.held_by(name) - others.get(name, set()) == ({one} if name == one.owner else set())
            assert accounts.suspected_by(name) == ({one} if name == one.suspect else set())

    def test_what_is_forgotten_holds_nothing(self, told: Told) -> None:
        one, other = told.tell("BTS-2 device_unreachable", "BTS-1 device_unreachable")
        accounts = told.engine.accounts
        accounts.own(one, "IN-1")
        accounts.suspect(other, "IN-1")
        accounts.forget("IN-1")
        accounts.forget("IN-2")
        assert (accounts.held_by("IN-1"), accounts.suspected_by("IN-1")) == (set(), set())

    def test_what_ended_is_held_by_nobody_and_keeps_its_owners_name(self, told: Told) -> None:
        one, other = told.tell("BTS-2 device_unreachable", "BTS-1 device_unreachable")
        told.engine.accounts.own(one, "IN-1")
        told.engine.accounts.suspect(other, "IN-2")
        assert told.end("BTS-2 device_unreachable") is one
        assert told.end("BTS-1 device_unreachable") is other
        assert one.owner == "IN-1"
        assert told.engine.accounts.held_by("IN-1") == set()
        assert told.engine.accounts.suspected_by("IN-2") == set()

    def test_who_is_back_is_another(self, told: Told) -> None:
        [one] = told.tell("BTS-2 device_unreachable")
        told.engine.accounts.own(one, "IN-1")
        told.end("BTS-2 device_unreachable")
        [again] = told.tell("BTS-2 device_unreachable")
        assert again is not one
        assert again.owner is None

    # What is owned

    def test_what_is_owned_is_in_no_hypothesis(self, told: Told) -> None:
        heard = told.tell(*CUT)
        for one in heard:
            told.engine.accounts.own(one, "IN-1")
        assert told.found() == []
        assert told.engine.roots.free_for(ROOT) == []

    @pytest.mark.parametrize("place", range(len(CUT)))
    def test_nor_is_the_part_that_is_owned(self, told: Told, place: int) -> None:
        heard = told.tell(*CUT)
        told.engine.accounts.own(heard[place], "IN-1")
        assert heard[place] not in {told_ for one in told.found() for told_ in told.engine.explained(one)}
        assert heard[place] not in told.engine.roots.free_for(ROOT)

    def test_what_is_let_go_is_looked_at_again(self, told: Told) -> None:
        heard = told.tell(*CUT)
        first = said(told.found())
        for one in heard:
            told.engine.accounts.own(one, "IN-1")
        told.engine.forget_touched()
        for one in heard:
            told.engine.accounts.own(one, None)
        assert told.engine.pending()
        assert said(told.found()) == first

    def test_a_root_is_weighed_on_what_is_owned(self, told: Told) -> None:
        heard = told.tell(*CUT)
        for one in heard:
            told.engine.accounts.own(one, "IN-1")
        told.engine.accounts.claim(standing("IN-1", ROOT), [standing("IN-1", ROOT)])
        found = told.engine.weigh(ROOT, heard, LATER_US, Held(["IN-1"]))
        assert found is not None
        assert found.gain > found.prior

    # What is claimed

    def claimed(self, told: Told, *incidents: str, clearing: bool = False) -> list[Observation]:
        """All of these have the root, the first claims first; what is told comes later."""
        rows = [standing(name, ROOT, claimed=n, clearing=clearing) for n, name in enumerate(incidents)]
        told.engine.accounts.reclaim(rows)
        assert told.engine.accounts.expose(rows) == []
        return told.tell(*CUT, "LK-CD link_down")

    def test_what_a_root_makes_others_say_is_its_incidents(self, told: Told) -> None:
        dark, lost, far = self.claimed(told, "IN-1")
        accounts = told.engine.accounts
        assert [accounts.owner_of(one) for one in (dark, lost, far)] == ["IN-1", "IN-1", None]
        assert accounts.absorbed(standing("IN-1", ROOT)) == sorted((dark, lost), key=lambda one: one.key)
        accounts.own(dark, "IN-1")
        assert accounts.absorbed(standing("IN-1", ROOT)) == [lost]
        assert accounts.clearing_of(lost) == []
        assert not accounts.clears(told.element(ROOT))

    def test_the_first_claim_keeps(self, told: Told) -> None:
        _, lost, _ = self.claimed(told, "IN-2", "IN-1")
        assert told.engine.accounts.owner_of(lost) == "IN-2"
        told.engine.accounts.claim(standing("IN-3", ROOT), [])
        assert told.engine.accounts.owner_of(lost) == "IN-2"

    @pytest.mark.parametrize("order", [1, -1])
    def test_claims_are_made_in_their_order(self, told: Told, order: int) -> None:
        [lost] = told.tell("BTS-2 device_unreachable")
        rows = [standing("IN-1", ROOT, claimed=9), standing("IN-2", ROOT, claimed=4)]
        told.engine.accounts.reclaim(rows[::order])
        assert told.engine.accounts.owner_of(lost) == "IN-2"

    def test_an_incident_claims_what_was_joined_to_it(self, told: Told) -> None:
        [lost] = told.tell("BTS-2 device_unreachable")
        told.engine.accounts.reclaim([standing("IN-1", "LK-CD", roots=("LK-CD", ROOT))])
        assert told.engine.accounts.owner_of(lost) == "IN-1"

    def test_what_clears_claims_nothing_and_is_asked(self, told: Told) -> None:
        dark, lost, far = self.claimed(told, "IN-1", clearing=True)
        accounts = told.engine.accounts
        assert [accounts.owner_of(one) for one in (dark, lost, far)] == [None, None, None]
        assert [set(accounts.clearing_of(one)) for one in (dark, lost, far)] == [{"IN-1"}, {"IN-1"}, set()]
        assert accounts.clears(told.element(ROOT))
        assert not accounts.clears(told.element("LK-CD"))
        assert accounts.absorbed(standing("IN-1", ROOT, clearing=True)) == []

    @pytest.mark.parametrize("clearing", [True, False])
    def test_what_was_released_claims_nothing(self, told: Told, clearing: bool) -> None:
        rows = [standing("IN-1", ROOT, released=True, clearing=clearing)]
        [lost] = told.tell("BTS-2 device_unreachable")
        told.engine.accounts.reclaim(rows)
        told.engine.accounts.expose(rows)
        assert told.engine.accounts.owner_of(lost) is None
        assert told.engine.accounts.clearing_of(lost) == []

    def test_who_is_down_under_an_incident(self, told: Told) -> None:
        accounts, below, far = told.engine.accounts, told.services("SV-PAPUA"), told.services("SV-CLOUD")
        rows = [standing("IN-1", ROOT), standing("IN-2", "LK-BTS1", clearing=True)]
        accounts.reclaim(rows)
        accounts.expose(rows)
        assert [set(part) for part in accounts.over(below)] == [{"IN-1"}, {"IN-2"}]
        assert [set(part) for part in accounts.over(far)] == [set(), {"IN-2"}]
        assert accounts.takes_down(rows[0], below)
        assert not accounts.takes_down(rows[0], far)
        assert accounts.takes_down(rows[1], told.services("SV-TOWER"))
        assert not accounts.takes_down(rows[1], below)

    @pytest.mark.parametrize("root", ["no-such-device", "no-such-device/port", "external", "AGG-4/xe-9"])
    def test_a_root_without_a_row_claims_nothing_of_others(self, told: Told, root: str) -> None:
        """The inventory may have lost it while the incident stood."""
        rows = [standing("IN-1", root), standing("IN-2", root, clearing=True)]
        [lost] = told.tell("BTS-2 device_unreachable")
        accounts = told.engine.accounts
        accounts.reclaim(rows)
        assert accounts.expose(rows) == []
        assert accounts.owner_of(lost) is None
        assert accounts.absorbed(rows[0]) == []
        assert accounts.met(rows[0], rows) == []
        assert not accounts.takes_down(rows[0], told.services("SV-PAPUA"))
        assert told.engine.sharper(rows[0], LATER_US) is None

    def test_of_a_root_that_has_left_the_inventory_nothing_is_known(self, told: Told) -> None:
        """Whoever asks of an incident's root is answered: its row may have gone while the fault stood."""
        rest, roots, gone = told.tell(*CUT), told.engine.roots, "no-such-device"
        assert roots.alike(gone) == (gone,)
        assert (roots.is_ours(gone), roots.planned_until_us(gone)) == (True, 0)
        assert (roots.complaints_for(gone), roots.free_for(gone)) == ({}, [])
        assert roots.beyond(gone, rest) == rest
        assert not any(
            (roots.hides(gone), roots.partly_broken(gone), roots.broken([gone]), roots.speaks_for(gone, rest[0]))
        )
        assert not roots.names_root(gone, rest)

    def test_what_is_met_speaks_and_nobody_holds_it(self, told: Told) -> None:
        heard = set(told.tell(*CUT, "AGG-4 device_unreachable"))
        told.found()
        rows = [standing("IN-1", ROOT)]
        assert set(told.engine.accounts.met(rows[0], rows)) <= heard

    # What is settled, thought over

    @pytest.mark.parametrize("movable", [True, False])
    def test_a_greater_fault_may_take_over_but_not_what_a_person_decided(self, told: Told, movable: bool) -> None:
        heard = told.tell(*CUT)
        row = standing("IN-1", ROOT, movable=movable, peak=len(heard))
        told.engine.accounts.claim(row, [row])
        told.engine.accounts.expose([row])
        for one in heard:
            told.engine.accounts.own(one, "IN-1")
        assert told.engine.swallowed(ROOT, lambda _: row) == (["IN-1"] if movable else [])
        assert told.engine.swallowed("LK-CD", lambda _: row) == []
        told.engine.forget_touched()
        told.tell("AGG-3/south loss_of_signal", "AGG-4 device_unreachable", "AGG-4/north loss_of_signal")
        diagnosis = told.search()
        offers = told.engine.better(diagnosis, lambda _: row, LATER_US)
        assert {name for offer in offers for name in offer.incidents} <= ({"IN-1"} if movable else set())
        assert set(diagnosis.renamed) <= {"IN-1"}
        sharper = told.engine.sharper(row, LATER_US)
        assert sharper is None or movable
        placed = told.engine.heard_again(row, [], LATER_US)
        assert placed is None or movable
