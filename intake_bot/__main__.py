"""`python -m intake_bot` is `intake-bot`."""

from intake_bot.cli import main

main()
