"""console and user: the DPO's pages, and who may sign in to them."""

import threading
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from intake_bot import clock
from intake_bot.commands import context
from intake_bot.commands.context import JsonOption, notes, out
from intake_bot.config import Settings
from intake_bot.desk.roles import Role
from intake_bot.errors import ConsoleUnavailable, IntakeError
from intake_bot.service import absence
from intake_bot.service.listening import listen
from intake_bot.store.store import Store

user = typer.Typer(no_args_is_help=True, help="Accounts of the console: add, address, away, list, disable.")

#: Seconds that a stop leaves to the requests in hand.
GRACE_SECONDS = 2

Name = Annotated[str, typer.Argument(help="The person's name; it is recorded with what the person does.")]


def console() -> None:
    """Serve the DPO's console on INTAKE_CONSOLE_HOST and INTAKE_CONSOLE_PORT until SIGTERM or SIGINT."""
    settings = context.settings()
    with context.opened(settings, prepare=True) as store:
        serve(settings, store)


def serve(settings: Settings, store: Store, *, stop: threading.Event | None = None) -> None:
    """Serve until told to stop: by `stop` where another part of the program gives it, else by a signal.

    Raises ConsoleUnavailable when the address cannot be had.
    """
    import uvicorn

    from intake_bot.desk.console import create
    from intake_bot.desk.desk import Desk

    listener = listen(settings)
    desk = Desk(settings, store)
    configuration = uvicorn.Config(
        create(desk), log_config=None, access_log=False, server_header=False, proxy_headers=True,
        forwarded_allow_ips=list(settings.trusted_proxies), timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip
    server = uvicorn.Server(configuration)
    notes.print(f"The console is on {desk.url}")
    if not desk.accounts.all():
        notes.print("No one can sign in yet: intake-bot user add NAME --role dpo")
    try:
        if stop is None:
            server.run([listener])
        else:
            # Only the main thread can hear signals (uvicorn leaves them alone elsewhere): `stop` ends this one.
            thread = threading.Thread(target=server.run, args=([listener],), name="console-server", daemon=True)
            thread.start()
            while thread.is_alive() and not stop.wait(0.5):
                pass
            server.should_exit = True
            thread.join(GRACE_SECONDS + 1)
            if not stop.is_set():
                raise ConsoleUnavailable("the server of the console ended by itself")
    finally:
        desk.close()
        listener.close()


@user.command("add")
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the person may do, see docs/desk.md.")],
    lang: Annotated[str, typer.Option(help="fr or en; empty: the language of the browser.")] = "",
    address: Annotated[str, typer.Option(help="The person's mail address, for links in notifications.")] = "",
    json: JsonOption = False,
) -> None:
    """Create an account, or invite its person anew, and print a one-time link that sets password and code.

    The link works once and for 48 hours. Hand it over by a way of your own; it is not mailed.
    """
    name = " ".join(name.split())
    if not name or len(name) > 60 or not name.isprintable():
        raise IntakeError("a name has 1 to 60 printable characters")
    if lang not in ("", "fr", "en"):
        raise IntakeError("--lang is fr or en")
    settings = context.settings()
    with context.opened(settings, prepare=True) as store:
        if address:
            must_be_a_persons(settings, address)  # before there is an account
        link = invite(settings, store, name, role, lang)
        if address:
            give_address(settings, store, name, address)
    if json:
        context.print_json({"name": name, "role": str(role), "link": link})
    else:
        out.print(f"{name} ({role}) signs in first under this link, once, within 48 hours:", markup=False)
        out.print(link, markup=False)


def invite(settings: Settings, store: Store, name: str, role: Role, lang: str) -> str:
    """The one-time link of an account that is new or, under the same role, invited again. Raises IntakeError."""
    from intake_bot.desk.desk import Desk
    from intake_bot.desk.signin import new_totp_secret

    desk = Desk(settings, store)
    now = clock.now()
    known = next((account for account in desk.accounts.all() if account.name == name), None)
    if known is not None and (known.role != role or known.disabled_at):
        raise IntakeError(f"{name} has an account with the role {known.role}; give the new one another name")
    account = known or desk.accounts.add(name, str(role), lang, new_totp_secret(), now)
    return f"{desk.url}/welcome/{desk.sign_in.invite(account, now)}"


@user.command("address")
def address(name: Name, address: Annotated[str, typer.Argument(help="The address; none takes it away.")] = "") -> None:
    """Say which mail address is a person's: links sent there act in the name and role of the account."""
    settings = context.settings()
    with context.opened(settings) as store:
        give_address(settings, store, name, address)
    out.print(f"{name} is reached at {address}." if address else f"{name} has no address now.", markup=False)


def must_be_a_persons(settings: Settings, address: str) -> str:
    """The address in lower case; "" takes one away. Raises IntakeError on one of the mailbox or on none at all."""
    address = address.strip().lower()
    local, _, domain = address.partition("@")
    if address and (not local or not domain or "@" in domain or not address.isprintable() or " " in address):
        raise IntakeError(f"{address} is no mail address")
    if any(address in box.own_addresses for box in settings.mailboxes):
        raise IntakeError(f"{address} is the mailbox that is read, not a person's")
    return address


def give_address(settings: Settings, store: Store, name: str, address: str) -> None:
    """Set the address of an account. Raises IntakeError on one of the mailbox itself or none at all."""
    from intake_bot.store.accounts import Accounts

    address = must_be_a_persons(settings, address)
    account = Accounts(store.database, store.keyring, store.vault).by_name(name)
    store.addresses.give(account.id, address)


@user.command("away")
def away(
    until: Annotated[str, typer.Argument(help="Last day, YYYY-MM-DD; none shows what is noted.")] = "",
    back: Annotated[bool, typer.Option("--back", help="The DPO is back today.")] = False,
) -> None:
    """Note that the DPO is away: digest, alarms and notifications go to the deputy too.

    An out-of-office answer or a bounce of the digest notes it by itself until the next day.
    """
    settings = context.settings()
    with context.opened(settings) as store:
        now = clock.now()
        today = clock.local_date(now, settings.controller.zone)
        if back:
            absence.say_back(store.marks, today, now)
        elif until:
            absence.say_away(store.marks, absence.last_day(until, today), now)
        noted = absence.away_until(store.marks)
    if noted is None or noted < today:
        out.print("The DPO is here.")
        return
    deputy = settings.deputy_email or "nobody: set INTAKE_DEPUTY_EMAIL"
    out.print(f"The DPO is away until {noted}, that day included; also told: {deputy}.", markup=False)


@user.command("list")
def list_(json: JsonOption = False) -> None:
    """List the accounts."""
    from intake_bot.store.accounts import Accounts

    with context.opened(context.settings()) as store:
        accounts = Accounts(store.database, store.keyring, store.vault).all()
        addresses = {item.id: store.addresses.of(item.id) for item in accounts}
    if json:
        context.print_json(
            [
                {
                    "name": item.name, "role": item.role, "address": addresses[item.id],
                    "enrolled": item.enrolled_at is not None,
                    "disabled": item.disabled_at is not None,
                }
                for item in accounts
            ]
        )  # fmt: skip
        return
    table = Table("name", "role", "state", "address", box=None)
    for item in accounts:
        state = "disabled" if item.disabled_at else "ready" if item.enrolled_at else "invited"
        table.add_row(escape(item.name), item.role, state, escape(addresses[item.id]))
    out.print(table if accounts else "No account yet: intake-bot user add NAME --role dpo")


@user.command("disable")
def disable(name: Name) -> None:
    """End an account: its sessions, tokens, calendar and links end at once; its name stays with what it did."""
    from intake_bot.store.accounts import Accounts

    with context.opened(context.settings()) as store:
        accounts = Accounts(store.database, store.keyring, store.vault)
        accounts.disable(accounts.by_name(name), clock.now())
    out.print(f"{name} can no longer sign in.", markup=False)
