"""Tables of whether files are read, and copied, at their times."""

from benchmarks.tables.drawing import Json, read, table

QUICK, FULL = "containers-quick", "containers"


def containers() -> str:
    """Some kinds of file in some modes, of every container."""
    return _right(QUICK)


def containers_full() -> str:
    """The kinds of file that were tried in all modes."""
    return _right(FULL)


def _right(record: str) -> str:
    """For each edit and mode: files that are right, and the largest error."""
    found = read(record)
    rows = {(row["edit"], row["mode"]): row for row in found["rows"]}
    modes = list(dict.fromkeys(mode for _, mode in rows))
    lines = [
        [edit, *(_cell(rows[edit, mode]) if (edit, mode) in rows else "" for mode in modes)]
        for edit in dict.fromkeys(edit for edit, _ in rows)
    ]
    return table(["edit", *modes], lines, record)


def _cell(row: Json) -> str:
    worst = "" if row["worst_ms"] is None else f", {row['worst_ms']:.1f} ms"
    refused = f", {row['refused']} refused" if row["refused"] else ""
    unread = f", {row['unread']} not read by ffprobe" if row.get("unread") else ""
    told = f", told: {', '.join(sorted(row['told']))}" if row["told"] else ""
    untold = f", UNTOLD: {', '.join(sorted(row['untold']))}" if row["untold"] else ""
    return f"{row['good']} of {row['files']}{worst}{refused}{unread}{told}{untold}"
