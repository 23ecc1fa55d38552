"""Tables of what `retime` leaves of known warps."""

from statistics import mean

from benchmarks.tables.drawing import ratio, read, share, table

FILES = "retime-files"
SEARCHES = ("nothing", "offset only", "argmin ±3", "dtw", "ours")
FAMILIES = {
    "in sync": ("none: in sync", ""),
    "constant": ("constant, 2 to 12 frames", ""),
    "drift": ("drift", ""),
    "jumps": ("jumps at pauses", ""),
    "smooth ±3, 1.2-6 s": ("smooth ±3 frames, periods 1.2-6 s", "30"),
    "smooth ±3, 2.4-12 s": ("smooth ±3 frames, periods 2.4-12 s", "28"),
    "smooth ±6, 1.2-6 s": ("smooth ±6 frames, periods 1.2-6 s", ""),
    "smooth ±6, 2.4-12 s": ("smooth ±6 frames, periods 2.4-12 s", ""),
    "dropped": ("frames dropped and doubled", ""),
}


def retime() -> str:
    """What each search leaves of known warps."""
    return _retime("retime")


def retime_draw() -> str:
    """The same for another draw of the smooth warps."""
    return _retime("retime-draw-1")


def _retime(name: str) -> str:
    found = read(name)
    rows = {(row["family"], row["search"]): row for row in found["rows"]}
    long = {(row["family"], row["search"]): row for row in found["rows_of_long"]}
    lines = []
    for family in dict.fromkeys(family for family, _ in rows):
        label, target = FAMILIES[family]
        left = [f"{rows[family, search]['after_ms']:.1f}" for search in SEARCHES]
        ours = rows[family, "ours"]
        lengthy, dtw = (f"{long[family, search]['after_ms']:.1f}" for search in ("ours", "dtw"))
        kept = (share(ours["not_worse"]), share(ours["untouched"]))
        lines.append([label, *left, target, *kept, f"{lengthy} ({dtw})"])
    head = ["tampering", "nothing", "constant offset", "argmin ±3", "DTW ±3", "ours (`auto`)", "target"]
    return table([*head, "ours: not worse", "untouched", "3 s and more: ours (DTW)"], lines, name)


def offsets() -> str:
    """Constant offsets, to 20 ms."""
    rows = [
        [
            one["search"],
            str(one["offsets"]),
            str(round(one["within_20_ms"] * one["offsets"])),
            share(one["within_20_ms"]),
            f"{one['median_error_ms']:.1f} ms",
        ]
        for one in read("retime")["offsets"]["rows"]
    ]
    head = ["search", "offsets", "found within 20 ms", "share (target 95 %)", "median error"]
    return table(head, rows, "retime")


def files() -> str:
    """Whole files, tampered with, retimed and measured again, by who sees a gain."""
    found = read(FILES)["files"]
    groups = {
        "planner and judge see a gain": [one for one in found if one["agrees"]],
        "the planner alone": [one for one in found if one["agrees"] is False],
        "left alone": [one for one in found if one["agrees"] is None],
        "all": found,
    }
    rows = [
        [
            who,
            str(len(those)),
            str(sum(one["after_ms"] < one["before_ms"] for one in those if one["agrees"] is not None)),
            *(f"{mean(one[key] for one in those):.0f} ms" for key in ("before_ms", "after_ms")),
        ]
        for who, those in groups.items()
        if those
    ]
    return table(["who sees a gain", "files", "nearer to the truth", "before", "after"], rows, FILES)


def move() -> str:
    """For each kind of harm: how much of the speech is in place before and after, and what it took."""
    found = read("move")
    lines = [
        [
            HARMS[row["kind"]],
            str(row["trials"]),
            str(row["moved"]),
            share(row["before"]),
            share(row["after"]),
            f"{row['same_picture']} of {row['trials']}",
        ]
        for row in found["rows"]
    ]
    head = ["sound", "files", "moved", "within 45 ms before", "after", "picture unchanged, to the packet"]
    wall = f"`retime --move sound` of a minute whose sound is slowed: {ratio(found['wall'])} of `measure`."
    return f"{table(head, lines, 'move')}\n{wall}\n"


HARMS = {
    "none": "as it is",
    "far": "0.8 s off",
    "drift": "4 % slow or fast",
    "step": "a step of 200 to 400 ms",
}
