"""`await`, `async with`, `async for`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable


class Connection:
    async def fetch(self):
        return None

    async def close(self):
        return None

    async def ping(self):
        return None

    async def reset(self):  # expect: unreached
        return None


class Channel:
    async def fetch(self):  # expect: unreached
        return None

    async def close(self):  # expect: unreached
        return None

    async def ping(self):  # expect: unreached
        return None


class Pool:
    async def __aenter__(self) -> Connection:
        return Connection()

    async def __aexit__(self, *_):
        return None

    async def stream(self) -> AsyncIterator[Connection]:
        yield Connection()


async def connect() -> Connection:
    return Connection()


def later() -> Awaitable[Connection]:
    return connect()


async def main():
    await (await connect()).fetch()
    async with Pool() as connection:
        await connection.close()
    async for one in Pool().stream():
        await one.ping()
    found = await later()
    await found.fetch()
    Channel()


def start():
    asyncio.run(main())
