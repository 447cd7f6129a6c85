"""The threads that serve requests. They end with the process: what a request writes is one transaction or nothing.

`ThreadPoolExecutor` would not do: the interpreter waits for its threads, and a long request would hold up SIGTERM.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: Seconds that a stop waits for the requests in hand.
PATIENCE = 2.0


class Workers(Executor):
    """A fixed number of daemon threads; each keeps one connection to the database."""

    def __init__(self, count: int) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._serve, name=f"desk-{n}", daemon=True) for n in range(count)]
        self._ended = False
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a thread call `fn`. Raises RuntimeError after `shutdown`."""
        if self._ended:
            raise RuntimeError("the desk is closed")
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:
                future.set_exception(error)

        self._work.put(work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; with `wait` the work in hand has PATIENCE to end."""
        self._ended = True
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads if wait else ():
            thread.join(PATIENCE / len(self._threads))

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            work()
