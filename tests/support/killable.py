"""`run --once` that ends itself with SIGKILL at the Nth time that it crosses a stage boundary.

python -m tests.support.killable STAGE N
"""

import os
import signal
import sys

from intake_bot.commands.mail import build_daemon
from intake_bot.config import load
from intake_bot.service import application


def main() -> None:
    stage, count = sys.argv[1], int(sys.argv[2])
    crossed = 0

    def on_stage(name: str) -> None:
        nonlocal crossed
        crossed += name == stage
        if crossed == count:
            os.kill(os.getpid(), signal.SIGKILL)

    settings = load()
    application.prepare_state(settings)
    store = application.open_store(settings)
    build_daemon(settings, store, lambda outcome: None, on_stage).once()


if __name__ == "__main__":
    main()
