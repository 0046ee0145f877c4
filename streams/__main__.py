"""The command line: one small command a line, each in `streams.commands`."""

import typer

from streams.commands import replaying, running

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.command("replay")(replaying.command)
app.command("run")(running.command)


@app.callback()
def simpul() -> None:
    """Simpul joins network alarms, complaints and the topology into incidents, tickets and notices."""


def main() -> None:
    app()


if __name__ == "__main__":
    main()
