"""``liptune retime``, ``warp`` and ``dub``: write a changed copy and print both scores."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer

from liptune.cli import arguments as take
from liptune.cli import local, remote
from liptune.cli.exits import exit_codes
from liptune.cli.limits import limits
from liptune.cli.many.arguments import Many, one_or_many
from liptune.cli.many.printing import printer
from liptune.cli.many.run import Run
from liptune.cli.measure import report_folder
from liptune.cli.sources import Source
from liptune.core.operations.table import parse_options

if TYPE_CHECKING:
    from pydantic import BaseModel


def repair_command(operation: str) -> take.Command:
    """The command of an operation that writes a copy of the video."""

    @take.options_of(operation)
    @one_or_many
    def repair(
        many: Many,
        options: dict[str, Any],
        output: take.Output = None,
        output_dir: take.OutputDir = None,
        audio: take.Audio = None,
        gallery: take.Gallery = None,
        as_json: take.AsJson = False,
        report: take.Report = None,
        server: remote.Server = None,
    ) -> None:
        if output_dir is None and many.is_one:
            video = many.one()
            if output is None:
                raise typer.BadParameter("is missing", param_hint="'--output' / '-o'")
            Repair(operation, video, audio, output, report, options, gallery).run(server, as_json=as_json)
            return
        if output is not None or output_dir is None:
            raise typer.BadParameter("copies of many go into a folder", param_hint="--output-dir")
        run = Run(
            operation, many.items(audio), options, server, report, output_dir, many.jobs,
            resume=many.resume, gallery=gallery,
        )  # fmt: skip
        run.tell(printer(as_json=as_json, as_csv=many.as_csv))

    return repair


@dataclass(frozen=True)
class Repair:
    """One run of ``operation``. ``report``: a folder, None where no report is wanted."""

    operation: str
    video: Source
    audio: Source | None
    output: Path
    report: Path | None
    options: dict[str, Any]
    gallery: Source | None = None

    def run(self, server: str | None, *, as_json: bool) -> None:
        """Writes the video, here or on a server, and tells how it went."""
        self._check()
        with exit_codes(), report_folder(self.report) as folder:
            result = self._write(Path(folder), server)
        if as_json:
            typer.echo(json.dumps(result, indent=2, allow_nan=False))
        else:
            self._show(result)

    def _check(self) -> None:
        same = not self.video.is_url and self.output.exists() and self.output.samefile(self.video.path)
        if same:
            raise typer.BadParameter("would overwrite the video", param_hint="--output")
        if not self.output.suffix or not self.output.absolute().parent.is_dir():
            raise typer.BadParameter(
                "must be a file name with a suffix, in a folder that exists", param_hint="-o"
            )

    def _write(self, report: Path, server: str | None) -> dict[str, Any]:
        # Beside the output, so that the whole file is moved into place at once.
        with TemporaryDirectory(prefix=".liptune-", dir=self.output.absolute().parent) as work:
            done = self._done(Path(work), server)
            made, *others = done.artifacts
            for path in others:
                shutil.copyfile(path, report / path.name)
            made.replace(self.output)
        return done.result

    def _done(self, work: Path, server: str | None) -> remote.Done:
        from liptune.cli.bar import progress_bar
        from liptune.core.media.write.containers import known_suffix

        options = parse_options(self.operation, self.options)
        asked = self.operation, self.video, self.audio, options, work
        suffix = known_suffix(self.output.suffix)
        if server is None:
            self._forewarn(options, work, suffix)
            with progress_bar() as progress:
                return local.carry_out(
                    *asked, progress=progress, suffix=suffix, gallery=self.gallery,
                    report_files=self.report is not None,
                )  # fmt: skip
        with progress_bar() as progress:
            done = remote.carry_out(
                server, *asked, progress=progress, foreseen=self._tell, gallery=self.gallery
            )
        remote.require_suffix(done, self.output)
        return done

    def _forewarn(self, options: "BaseModel", work: Path, suffix: str) -> None:
        """Says what the copy will lack, before anything is measured."""
        from liptune.core.operations.forewarn import forewarned

        video, audio = self.video.path, self.audio.path if self.audio else None
        for loss in forewarned(video, audio, options, folder=work, suffix=suffix, limits=limits()):
            self._tell(loss.message)

    def _tell(self, loss: str) -> None:
        typer.echo(f"{self.output.name} may differ from {self.video.name}: {loss}.", err=True)

    def _show(self, result: dict[str, Any]) -> None:
        from rich.console import Console
        from rich.text import Text

        from liptune.cli.table import score_table

        console, names = Console(highlight=False), (self.video.name, self.output.name)
        console.print(score_table([(names[0], result["before"]["score"]), (names[1], result["score"])]))
        if judge := result["judge"]:
            console.print(score_table([(names[0], judge["before"]), (names[1], judge["after"])]))
            console.print(Text(judge["told"]))
        done = result[self.operation]
        console.print(Text(f"{done['reason']}. {done.get('done', '')}".strip(), style="bold"))
        if heard := result["before"]["sound"]["told"]:
            console.print(Text(heard))
        for loss in result["losses"]:
            console.print(Text(f"{loss['message']}."))
        where = f"; the report is in {self.report}" if self.report is not None else ""
        typer.echo(f"The video is in {self.output} (picture {done['picture']}{where})", err=True)
