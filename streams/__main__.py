"""The command line: one small command a line, each in `streams.cli`."""

import typer

from streams.cli import (
    alarms,
    asking,
    board,
    checking,
    demoing,
    doctor,
    erasing,
    explaining,
    replaying,
    reporting,
    running,
    simulating,
    top,
    whatif,
)
from streams.cli.access import auditing, keys, sessions, snmp, tokens, users
from streams.cli.data_folder import backing_up
from streams.cli.distributed import api, dispatch, edge, preparing, topics, worker
from streams.cli.hearing import sources, webhook
from streams.cli.learning import learn, suspicions
from streams.cli.offline import catalogue, holidaying, importing, rota

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("alarms")(alarms.command)
app.command("api")(api.command)
app.command("backup")(backing_up.backup)
app.command("board")(board.command)
app.command("demo")(demoing.command)
app.command("dispatch")(dispatch.command)
app.command("do")(asking.do)
app.command("doctor")(doctor.command)
app.command("edge")(edge.command)
app.command("erase")(erasing.command)
app.command("explain")(explaining.explain)
app.command("handover")(reporting.handover)
app.command("holidays")(holidaying.command)
app.command("learn")(learn.command)
app.command("prepare")(preparing.command)
app.command("rca")(reporting.rca)
app.command("replay")(replaying.command)
app.command("report")(reporting.command)
app.command("restore")(backing_up.restore)
app.command("rota")(rota.command)
app.command("run")(running.command)
app.command("simulate")(simulating.command)
app.command("sources")(sources.command)
app.command("top")(top.command)
app.command("topics")(topics.command)
app.command("whatif")(whatif.command)
app.command("who")(asking.who)
app.command("worker")(worker.command)
catalogues = typer.Typer(no_args_is_help=True, help="What the network's messages mean.")
catalogues.command("import")(importing.command)
catalogues.command("test")(catalogue.command)
app.add_typer(catalogues, name="catalogue")
inventory = typer.Typer(no_args_is_help=True, help="Look at an inventory before it is put in force.")
inventory.command("check")(checking.command)
inventory.command("suspicions")(suspicions.command)
app.add_typer(inventory, name="inventory")
traps = typer.Typer(no_args_is_help=True, help="SNMPv3: users, and the engines that spoke.")
traps.command("add")(snmp.add)
traps.command("forget")(snmp.forget)
traps.command("list")(snmp.listed)
app.add_typer(traps, name="snmp")
token = typer.Typer(no_args_is_help=True, help="Bearer tokens: who may knock at which door.")
token.command("issue")(tokens.issue)
token.command("list")(tokens.listed)
token.command("revoke")(tokens.revoke)
app.add_typer(token, name="token")
people = typer.Typer(no_args_is_help=True, help="Persons who sign in at the page by name and password.")
people.command("add")(users.add)
people.command("disable")(users.disable)
people.command("list")(users.listed)
people.command("reset")(users.reset)
people.command("totp")(users.totp)
app.add_typer(people, name="users")
audit = typer.Typer(no_args_is_help=True, help="The trail of the doors: who did what, and who was refused.")
audit.command("verify")(auditing.verify)
audit.command("export")(auditing.export)
audit.command("send")(auditing.send)
app.add_typer(audit, name="audit")
key = typer.Typer(no_args_is_help=True, help="The keys under which persons' data are sealed.")
key.command("rotate")(keys.rotate)
key.callback()(lambda: None)
app.add_typer(key, name="keys")
session = typer.Typer(no_args_is_help=True, help="Who is signed in at the page.")
session.command("list")(sessions.listed)
session.command("revoke")(sessions.revoke)
session.command("link")(sessions.link)
app.add_typer(session, name="session")
webhooks = typer.Typer(no_args_is_help=True, help="Webhooks: what other systems post.")
webhooks.command("test")(webhook.command)
app.add_typer(webhooks, name="webhook")


@app.callback()
def simpul() -> None:
    """Simpul joins network alarms, complaints and the topology into incidents, tickets and notices."""


def main() -> None:
    app()


if __name__ == "__main__":
    main()
