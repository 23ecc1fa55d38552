"""Runs an operation on many videos and tells of each as it is done."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import typer

from liptune.cli.bar import ManyBar, bar_over
from liptune.cli.exits import SOME_FAILED, exit_codes
from liptune.cli.many import batches, pool
from liptune.cli.many.inputs import Item
from liptune.cli.many.journal import Journal, fingerprint
from liptune.cli.many.names import free
from liptune.cli.many.printing import Printer, summary
from liptune.cli.many.work import Outcome, Told, Work, ended_with
from liptune.cli.sources import Source
from liptune.core.operations.table import parse_options
from liptune.core.report.rows import Row

REPORT = "report.html"


@dataclass(frozen=True)
class Run:
    """An operation, what it is run on, and where its files go. ``output``: where copies go."""

    operation: str
    items: Sequence[Item]
    options: dict[str, Any]
    server: str | None = None
    report: Path | None = None
    output: Path | None = None
    jobs: int = 1
    resume: bool = False
    gallery: Source | None = None

    def tell(self, printer: Printer) -> None:
        """Prints every row, writes what was asked for, and exits with a code of its own where one failed."""
        with exit_codes():
            rows = self.rows(printer)
        if any(row["error"] for row in rows):
            raise typer.Exit(SOME_FAILED)

    def rows(self, printer: Printer) -> list[Row]:
        """Every row, printed as it came. Whoever interrupts keeps what is done."""
        parse_options(self.operation, self.options)
        works, rows = self.works(), list[Row]()
        folder = self.output or self.report
        if self.resume and folder is None:
            raise typer.BadParameter("there is no folder to go on in", param_hint="--resume")
        journal = Journal.open(folder, resume=self.resume)
        printer.begin()
        try:
            with bar_over(len(works)) as bar, closing(self._told(works, journal, bar)) as told:
                for row in told:
                    rows.append(row)
                    bar.done(len(rows))
                    with bar.aside():
                        printer.row(row)
        finally:
            journal.close()
            self.end(rows, len(works))
        return rows

    def works(self) -> list[Work]:
        """What is to be done, each with files of its own."""
        taken: set[Path] = set()
        return [self._work(item, taken) for item in self.items]

    def _work(self, item: Item, taken: set[Path]) -> Work:
        given = self.operation, item.video, item.audio, self.options, self.server
        work = Work(*given, gallery=self.gallery)
        if self.report:
            work = replace(work, report=self.report / item.folder)
        if self.output:
            copy = free(item.copy, taken)
            taken.add(copy)
            work = replace(work, output=self.output / copy)
            if not item.video.is_url and work.output and work.output.resolve() == item.video.path.resolve():
                raise typer.BadParameter(f"would overwrite {item.video.text!r}", param_hint="--output-dir")
        return work

    def _told(self, works: Sequence[Work], journal: Journal, bar: ManyBar) -> Generator[Row]:
        """First what is known, then what is done."""
        prints, left = [*map(fingerprint, works)], list[int]()

        def tell(at: int, stage: str, _fraction: float) -> None:
            bar.told(self.items[left[at]].name.name, stage)

        for number, (item, work) in enumerate(zip(self.items, works, strict=True)):
            if item.problem is not None:
                yield self._row(number, work, ended_with(item.problem))
            elif (known := journal.done(prints[number])) is not None:
                yield known
            else:
                left.append(number)
        with closing(self._outcomes([works[number] for number in left], tell)) as done:
            for at, outcome in done:
                row = self._row(left[at], works[left[at]], outcome)
                journal.add(prints[left[at]], row)
                yield row

    def _outcomes(self, works: Sequence[Work], told: Told) -> Generator[tuple[int, Outcome]]:
        """Items of a batch lend no gallery: with one, each is a job of its own."""
        if self.server is not None and self.gallery is None:
            return batches.outcomes(self.server, works, told)
        return pool.outcomes(works, self.jobs, told)

    def _row(self, number: int, work: Work, outcome: Outcome) -> Row:
        item = self.items[number]
        report = str(work.report / REPORT) if work.report and outcome["result"] else None
        audio = item.audio.text if item.audio else None
        return {"file": item.video.text, "name": str(item.name), "audio": audio, "report": report, **outcome}

    def end(self, rows: Sequence[Row], total: int) -> None:
        """Writes the page over all, and says how many there are of which kind."""
        if self.report is not None and rows:
            self.write_page(rows, self.report)
        typer.echo(summary(rows, total), err=True)

    def write_page(self, rows: Sequence[Row], folder: Path) -> None:
        """Writes the page over all beside their reports, and says where it is."""
        from liptune.core.report.overview import PAGE, overview
        from liptune.core.report.write import place

        page = overview([{**row, "link": self._link(row)} for row in rows])
        place(folder / PAGE, lambda path: path.write_text(page, "utf-8", errors="replace"))
        typer.echo(f"The reports are in {folder}: open {folder / PAGE}", err=True)

    def _link(self, row: Row) -> str | None:
        if row["report"] is None or self.report is None:
            return None
        return quote(Path(row["report"]).relative_to(self.report).as_posix())
