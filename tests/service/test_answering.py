"""Answers are shared by whoever waits, never by who asked later, and nobody waits for ever."""

import asyncio
import threading
import time

import pytest

from auditor.service.answering import Answer, Answers, BusyError


class Ledger:
    """Something slow to read: each reading waits to be let go."""

    def __init__(self) -> None:
        self.readings = 0
        self.open = threading.Event()

    def read(self) -> Answer:
        self.readings += 1
        number = self.readings
        assert self.open.wait(20)
        return Answer(200, str(number).encode())


def test_a_thousand_who_ask_the_same_at_once_are_a_few_readings() -> None:
    ledger, answers = Ledger(), Answers()

    async def ask() -> list[Answer]:
        asked = [asyncio.ensure_future(answers.give(("stats", 14), ledger.read)) for _ in range(1000)]
        while not ledger.readings:
            await asyncio.sleep(0)
        ledger.open.set()
        return await asyncio.gather(*asked)

    assert {answer.status for answer in asyncio.run(ask())} == {200}
    assert 1 <= ledger.readings <= 3


def test_who_asks_while_it_is_read_gets_what_is_read_afterwards() -> None:
    ledger, answers = Ledger(), Answers()

    async def ask() -> tuple[Answer, Answer]:
        first = asyncio.ensure_future(answers.give(("stats", 14), ledger.read))
        while not ledger.readings:
            await asyncio.sleep(0)
        second = asyncio.ensure_future(answers.give(("stats", 14), ledger.read))
        await asyncio.sleep(0)
        ledger.open.set()
        return await first, await second

    first, second = asyncio.run(ask())
    assert (first.body, second.body) == (b"1", b"2")


def test_questions_differ_by_their_days() -> None:
    ledger, answers = Ledger(), Answers()
    ledger.open.set()

    async def ask() -> set[bytes]:
        return {(await answers.give(("stats", days), ledger.read)).body for days in (1, 2, 1, 30)}

    assert asyncio.run(ask()) == {b"1", b"2", b"3", b"4"}


def test_a_ledger_that_hangs_keeps_nobody_waiting_and_few_threads() -> None:
    ledger, answers = Ledger(), Answers(seconds=0.2)

    async def ask() -> list[Answer | BaseException]:
        asked = [answers.give(("stats", days), ledger.read) for days in range(50)]
        return await asyncio.gather(*asked, return_exceptions=True)

    before = threading.active_count()
    assert {type(outcome) for outcome in asyncio.run(ask())} == {BusyError}
    assert threading.active_count() - before <= 8
    begun = ledger.readings
    assert begun <= 8
    ledger.open.set()

    async def again() -> Answer:
        deadline = time.monotonic() + 20
        while True:
            try:
                return await answers.give(("stats", 99), ledger.read)
            except BusyError:
                assert time.monotonic() < deadline

    assert asyncio.run(again()).status == 200
    assert ledger.readings == begun + 1  # those who gave up are not read for


def test_a_mistake_is_raised_to_who_asked_and_the_next_is_read_anew() -> None:
    answers, asked = Answers(), []

    def read() -> Answer:
        asked.append(1)
        if len(asked) == 1:
            raise RuntimeError("broken")
        return Answer(200, b"")

    async def ask() -> Answer:
        with pytest.raises(RuntimeError):
            await answers.give(("health", 0), read)
        return await answers.give(("health", 0), read)

    assert asyncio.run(ask()).status == 200
