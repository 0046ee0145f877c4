"""Many `simpul dispatch` on one outbox: each message goes once, whoever of them is killed, stopped or starts."""

from pathlib import Path

from tests.integration.distributed.posting import post
from tests.integration.house import until
from tests.services import address, kill, own, services

CUSTOMERS = 400


def test_each_message_goes_once_whoever_is_killed(tmp_path: Path) -> None:
    with post(tmp_path, CUSTOMERS) as made:
        ids = made.campaign(1, CUSTOMERS)
        first, second = made.start(), made.start()
        until("some messages", lambda: len(made.gateway.ids()) > 50)
        first.kill()
        until("more messages", lambda: len(made.gateway.ids()) > 150)
        second.terminate()
        assert second.wait(30) == 0
        made.start()
        until("end of all", lambda: made.over(CUSTOMERS))
        arrived, counts = made.gateway.ids(), made.counts()
        assert len(arrived) == len(set(arrived)), "none came twice"
        assert set(arrived) <= set(ids)
        assert counts["sent"] + counts.get("uncertain", 0) == CUSTOMERS
        assert len(arrived) >= counts["sent"]
        told = [(receipt.notice, receipt.state) for receipt in made.receipts()]
        assert len(told) == len(set(told))
        assert {notice for notice, _ in told} == set(ids)


def test_the_nocs_word_stops_a_campaign_and_lets_it_go_on(tmp_path: Path) -> None:
    with post(tmp_path, 60) as made:
        made.hold(held=True)
        held = made.campaign(1, 60)
        made.start()
        until("all queued", lambda: made.counts().get("queued") == 60)
        killed = made.start()
        killed.kill()
        assert made.gateway.ids() == []
        made.hold(held=False)
        until("end of all", lambda: made.over(60))
        assert sorted(made.gateway.ids()) == held
        assert made.counts() == {"sent": 60}


def test_they_go_on_without_redis_and_with_it_again(tmp_path: Path) -> None:
    with post(tmp_path, CUSTOMERS) as made:
        redis = own("redis", tmp_path)
        ids = made.campaign(1, CUSTOMERS)
        for _ in range(2):
            made.start(SIMPUL_REDIS__URL=redis)
        until("some messages", lambda: len(made.gateway.ids()) > 50)
        kill("redis", tmp_path)
        until("more messages", lambda: len(made.gateway.ids()) > 200)
        own("redis", tmp_path)
        until("end of all", lambda: made.over(CUSTOMERS))
        assert sorted(made.gateway.ids()) == ids
        assert made.counts() == {"sent": CUSTOMERS}
    services("stop", "--forget", folder=tmp_path)


def test_they_go_on_when_the_database_is_back(tmp_path: Path) -> None:
    with post(tmp_path, CUSTOMERS, (address("kafka"), own("postgres", tmp_path))) as made:
        ids = made.campaign(1, CUSTOMERS)
        for _ in range(2):
            made.start()
        until("some messages", lambda: len(made.gateway.ids()) > 50)
        kill("postgres", tmp_path)
        own("postgres", tmp_path)
        until("end of all", lambda: made.over(CUSTOMERS))
        assert sorted(made.gateway.ids()) == ids, "each once"
        assert made.counts() == {"sent": CUSTOMERS}, "who sent knew what became of it, and could say so later"
    services("stop", "--forget", folder=tmp_path)
