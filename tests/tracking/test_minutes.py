from auditor.tracking.minutes import WatchedMinutes

START = 1_000 * 60.0


def watched() -> WatchedMinutes:
    return WatchedMinutes(allowance=125, keep=100)


def ticks(minutes: WatchedMinutes, start: float, end: float, step: float = 5) -> None:
    now = start
    while now <= end:
        minutes.tick(now)
        now += step


def test_a_minute_is_given_out_once_and_only_when_it_is_over() -> None:
    minutes = watched()
    ticks(minutes, START, START + 55)
    assert minutes.take() == ()
    minutes.tick(START + 60)
    assert minutes.take() == (1000,)
    assert minutes.take() == ()


def test_an_orderly_end_gives_out_the_minute_it_falls_into() -> None:
    minutes = watched()
    ticks(minutes, START, START + 70)
    minutes.end(START + 72)
    assert minutes.take() == (1000, 1001)


def test_an_undelivered_stretch_stays_whole() -> None:
    minutes = watched()
    ticks(minutes, START, START + 600)
    assert minutes.take() == tuple(range(1000, 1010))


def test_time_in_which_the_process_was_frozen_is_not_watched() -> None:
    minutes = watched()
    ticks(minutes, START, START + 65)
    ticks(minutes, START + 3600, START + 3720)
    assert minutes.take() == (1000, 1061)


def test_a_clock_set_back_marks_nothing_twice_and_nothing_unseen() -> None:
    minutes = watched()
    ticks(minutes, START, START + 130)
    ticks(minutes, START - 600, START - 480)
    taken = minutes.take()
    assert taken == (1000, 1001, 991)


def test_switched_off_minutes_are_not_watched() -> None:
    minutes = watched()
    ticks(minutes, START, START + 130)
    minutes.pause(START + 131)
    minutes.pause(START + 200)
    ticks(minutes, START + 250, START + 420)
    assert minutes.take() == (1000, 1001, 1005, 1006)


def test_no_more_than_what_is_kept() -> None:
    minutes = WatchedMinutes(allowance=125, keep=3)
    ticks(minutes, START, START + 600, 60)
    assert minutes.take() == (1007, 1008, 1009)
