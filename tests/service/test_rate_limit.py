"""How often one address may deliver: evenly, apart from others, in bounded memory."""

import pytest

from auditor.service.rate_limit import RateLimit


class Ticks:
    """Seconds that a test lets pass."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def test_a_minute_has_so_many_deliveries_and_gives_them_back_evenly(ticks: Ticks) -> None:
    limit = RateLimit(6, ticks=ticks)
    assert [limit.seconds_to_wait("192.0.2.1") for _ in range(8)] == [0] * 6 + [10, 10]
    ticks.now += 9.5
    assert limit.seconds_to_wait("192.0.2.1") == 1
    ticks.now += 0.5
    assert [limit.seconds_to_wait("192.0.2.1") for _ in range(2)] == [0, 10]
    ticks.now += 3600
    assert [limit.seconds_to_wait("192.0.2.1") for _ in range(7)] == [0] * 6 + [10]


def test_addresses_do_not_share_but_one_network_of_ipv6_does(ticks: Ticks) -> None:
    limit = RateLimit(1, ticks=ticks)
    assert limit.seconds_to_wait("192.0.2.1") == 0
    assert limit.seconds_to_wait("192.0.2.2") == 0
    assert limit.seconds_to_wait("::ffff:192.0.2.2") > 0
    assert limit.seconds_to_wait("2001:db8::1") == 0
    assert limit.seconds_to_wait("2001:db8::2:3%eth0") > 0
    assert limit.seconds_to_wait("2001:db8:0:1::1") == 0
    assert [limit.seconds_to_wait(None) > 0, limit.seconds_to_wait(None) > 0] == [False, True]
    assert [limit.seconds_to_wait("testclient") > 0, limit.seconds_to_wait("testclient") > 0] == [False, True]


def test_the_longest_unseen_is_forgotten_first(ticks: Ticks) -> None:
    limit = RateLimit(1, most_addresses=3, ticks=ticks)
    for last in (1, 2, 3):
        assert limit.seconds_to_wait(f"192.0.2.{last}") == 0
    assert limit.seconds_to_wait("192.0.2.1") > 0
    assert limit.seconds_to_wait("192.0.2.4") == 0  # the second goes
    assert limit.seconds_to_wait("192.0.2.1") > 0
    assert limit.seconds_to_wait("192.0.2.2") == 0
