"""A TCP proxy that holds back what goes through it. In: a port, seconds. Out: a port that leads there, slowly."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any


class DelayingProxy:
    """Passes bytes on in both directions, each way `delay` seconds late; runs in a thread of its own until `close`."""

    def __init__(self, port: int) -> None:
        self.delay = 0.0
        self._to = port
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._soon(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Hang up everything and end the thread."""
        self._soon(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _soon(self, work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever the coroutine gives
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(self._pass_on(reader, back), self._pass_on(there, writer))
        except asyncio.CancelledError:
            pass
        finally:
            writer.close()
            back.close()
            self._tasks.discard(task)

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while heard := await source.read(1 << 16):
                await asyncio.sleep(self.delay)
                target.write(heard)
                await target.drain()
        except OSError:
            pass
        finally:
            target.close()
