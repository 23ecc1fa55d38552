"""``liptune …``. Heavy imports happen inside the commands, so that ``liptune --help`` is quick."""

import typer

from cli.demo.command import demo
from cli.engines import engines
from cli.measure import measure
from cli.parts import api, migrate
from cli.retime import retime
from cli.serve import serve
from cli.settings import settings
from cli.warp import warp

app = typer.Typer(
    help="Measures how well lips match speech in a video.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(measure)
app.command()(retime)
app.command()(warp)
app.command()(demo)
app.command()(serve)
app.command()(api)
app.command()(migrate)
app.command()(settings)
app.add_typer(engines, name="engines")


@app.callback()
def liptune() -> None:
    """Measures how well lips match speech in a video.

    Exit codes: 0 measured, 2 wrong usage, 3 unusable media, 4 no face, 5 engine not installed, 6 out of time.
    """


def main() -> None:
    """Runs the command line."""
    app(prog_name="liptune")


if __name__ == "__main__":
    main()
