"""``liptune engines``: lists the engines, and installs the checkpoints that are not bundled."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liptune.cli.exits import exit_codes

if TYPE_CHECKING:
    from liptune.core.engines.checkpoints.installed import Installed

engines = typer.Typer(help="Which networks there are, and getting those that are not bundled.")

Name = Annotated[str, typer.Argument(help="A checkpoint that `liptune engines list` names.")]


@engines.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Lists the engines where nothing else is asked for."""
    if context.invoked_subcommand is None:
        list_()


@engines.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Say which engines are ready, and what to type for the others."""
    from liptune.core.engines.listing import list_engines

    with exit_codes():
        statuses = list_engines()
    if as_json:
        typer.echo(json.dumps([asdict(status) for status in statuses], indent=2))
        return
    for status in statuses:
        typer.echo(f"{status.id:<16}{'ready' if status.ready else 'missing':<9}{status.licence}")
        typer.echo(f"{'':<16}{f'sha256 {status.weights_sha256}' if status.ready else status.install}")


@engines.command()
def fetch(name: Name) -> None:
    """Download the checkpoint NAME, check it, and pin its sha256."""
    from liptune.cli.bar import progress_bar
    from liptune.core.engines.checkpoints.fetch import fetch
    from liptune.core.engines.checkpoints.folder import checkpoint_folder
    from liptune.core.engines.checkpoints.table import checkpoint

    with exit_codes(), progress_bar() as progress:
        installed = fetch(checkpoint(name), checkpoint_folder(), progress)
    _show(installed)


@engines.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .pt, .model or .safetensors file.")],
    name: Annotated[
        str | None, typer.Option("--as", help="Which checkpoint it is; default: what the file says.")
    ] = None,
) -> None:
    """Check FILE, copy it into the checkpoints folder, and pin its sha256."""
    from liptune.core.engines.checkpoints.folder import checkpoint_folder
    from liptune.core.engines.checkpoints.importing import import_file

    with exit_codes():
        installed = import_file(file, checkpoint_folder(), name)
    _show(installed)


@engines.command()
def verify() -> None:
    """Hash every checkpoint in the folder and compare with its pin."""
    from liptune.core.engines.checkpoints.folder import checkpoint_folder
    from liptune.core.engines.checkpoints.installed import verified
    from liptune.core.engines.checkpoints.table import CHECKPOINTS

    folder = checkpoint_folder()
    present = [checkpoint for checkpoint in CHECKPOINTS if folder.file(checkpoint)]
    with exit_codes():
        for checkpoint in present:
            _show(verified(checkpoint, folder))
    if not present:
        typer.echo(f"There is no checkpoint in {folder.path}", err=True)


def _show(installed: "Installed") -> None:
    typer.echo(f"{installed.checkpoint.name}: sha256 {installed.sha256} in {installed.path}")
