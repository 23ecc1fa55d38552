"""``python -m benchmarks.tables``: fills the tables of docs/benchmarks.md from benchmarks/results."""

from benchmarks.tables.page import PAGE, filled

PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
