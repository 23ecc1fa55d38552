"""The ``liptune`` command. Heavy imports happen inside the commands, so that ``--help`` is quick."""

import typer

from liptune.cli.check.command import check
from liptune.cli.compare.command import compare
from liptune.cli.demo.command import demo
from liptune.cli.engines import engines
from liptune.cli.measure import measure
from liptune.cli.repair import repair_command
from liptune.cli.serve import serve
from liptune.cli.service_parts import api, migrate
from liptune.cli.settings import settings
from liptune.core.operations.table import OPERATIONS

CODES = (
    "Exit codes: 0 measured, whatever the verdict; 2 wrong usage; 3 unusable media; 4 no face that can be "
    "scored; 5 engine not installed; 6 out of time; 9 some of many videos failed; 130 interrupted; 1 a bug."
)
CHECK_CODES = (
    "Exit codes: 0 all pass; 10 one fails; 11 with --strict, one could not be judged, or not all of it; "
    "9 one could not be measured; 2 wrong usage."
)

app = typer.Typer(
    help=f"Measures how well lips match speech in a video.\n\n{CODES}",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for name, operation in OPERATIONS.items():
    app.command(name, help=f"{operation.summary}\n\n{CODES}")(
        repair_command(name) if operation.repairs else measure
    )
app.command(help=f"Say of each VIDEO whether every stretch of it keeps to a rule.\n\n{CHECK_CODES}")(check)
app.command(help=f"Measure the same clips of two systems or more, and say whether one is better.\n\n{CODES}")(
    compare
)
app.command()(demo)
app.command()(serve)
app.command()(api)
app.command()(migrate)
app.command()(settings)
app.add_typer(engines, name="engines")


def main() -> None:
    """Runs the command line."""
    app(prog_name="liptune")


if __name__ == "__main__":
    main()
