"""What every engine must do with when things were told, and with the question how sure a root is."""

from correlator.events import AlarmType
from correlator.inference.port import AlarmFreed, AlarmHeard, AlarmStrayed
from tests.correlator.inference.engines.compliance import FAULTS, Compliance, faults
from tests.correlator.inference.told import LATER_US, START_US, Told


class Judging(Compliance):
    """Of `make`; and all of `Compliance`."""

    def test_when_it_was_told_last_is_known_of_each_alarm_that_stands(self, told: Told) -> None:
        words: tuple[AlarmType, ...] = ("loss_of_signal", "link_down")
        [one] = told.tell(*(f"AGG-4/bts2 {word}" for word in words))
        for at_us, word in enumerate(words, START_US):
            assert told.engine.observe(AlarmHeard(f"AGG-4/bts2 {word}", "AGG-4/bts2", word, at_us)) is None
        assert one.last_us == {"AGG-4/bts2 loss_of_signal": START_US, "AGG-4/bts2 link_down": START_US + 1}
        told.end("AGG-4/bts2 loss_of_signal")
        told.engine.observe(AlarmHeard("AGG-4/bts2 loss_of_signal", "AGG-4/bts2", "loss_of_signal", START_US + 2))
        assert one.last_us == {"AGG-4/bts2 link_down": START_US + 1}, "who says that it is over says no more of it"

    def test_what_was_let_go_begins_then_as_far_as_another_fault_goes(self, told: Told) -> None:
        words = ("AGG-4/bts2 loss_of_signal", "AGG-4/bts2 link_down")
        [one] = told.tell(*words)
        assert one.begun_us == one.first_us == START_US
        assert told.engine.observe(AlarmFreed(words[0], START_US + 9)) is None
        assert told.engine.observe(AlarmFreed("BTS-1 device_unreachable", START_US + 99)) is None  # it never counted
        assert (one.begun_us, one.first_us) == (START_US + 9, START_US)
        told.end(words[0])
        assert one.begun_us == START_US

    def test_what_strayed_names_no_root(self, told: Told) -> None:
        for name in ("BTS-1", "AGG-4/bts2", "no-such-device"):
            stray = AlarmStrayed(f"{name} link_down", name, "link_down", START_US)
            assert told.engine.observe(stray) is None
            assert told.engine.observation(stray.alarm) is None
        assert not told.engine.pending()
        alarms, root = next(iter(FAULTS.items()))
        told.tell(*alarms)
        [one] = told.found()
        assert root in one.members

    # How sure it is

    @faults
    def test_a_root_is_judged_beside_the_others(self, told: Told, alarms: tuple[str, ...], root: str) -> None:
        heard = told.tell(*alarms)
        weighed, one = told.engine.weigh(root, heard, LATER_US), told.engine.judge(root, list(heard), LATER_US)
        assert weighed is not None
        assert one is not None
        assert one.root == root
        assert (one.gain, one.prior, set(one.speaks)) == (weighed.gain, weighed.prior, set(weighed.speaks))
        assert one.confidence_ppm <= weighed.confidence_ppm
        self.is_sound(told, one)
        assert told.engine.judge("no-such-device", heard, LATER_US) is None
