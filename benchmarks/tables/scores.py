"""Tables of whether a score is right."""

from benchmarks.tables.drawing import read, share, table


def offset() -> str:
    """Windows of each length whose best shift is right."""
    sizes = read("offset")["windows"]["all"]
    target = {"5": "60 %", "15": "85 %", "50": "95 %"}
    rows = [
        ["windows", *(str(one["windows"]) for one in sizes.values())],
        ["all windows, right", *(share(one["within_one"], 1) for one in sizes.values())],
        [
            "those with all 31 candidates",
            *(share(one["within_one_whole_band"], 1) for one in sizes.values()),
        ],
        ["target", *(target.get(size, "") for size in sizes)],
    ]
    return table(["frames in a window", *sizes], rows, "offset")


def null() -> str:
    """How often sound that does not belong is taken for sound that does."""
    found = read("null_lite")
    named = {"sound of another clip": "other_clip", "own sound, seconds away": "own_elsewhere"}
    rows = [
        [name, str(one["pairs"]), f"{one['auroc']:.3f}", share(one["false_alarms"], 1)]
        for name, one in ((name, found[key]) for name, key in named.items())
    ]
    noise = found["noise"]
    rows.append(["noise for embeddings", str(noise["pairs"]), "", share(noise["false_alarms"], 1)])
    rows.append(["target", "", "0.97", "2 %"])
    rows.append([f"true pairs called `no_evidence`: {share(found['misses'])}", str(found["segments"])])
    return table(["", "pairs", "AUROC", "false alarms"], [[*row, "", ""][:4] for row in rows], "null_lite")


def faces() -> str:
    """Frames whose face is followed."""
    found = read("faces")
    enough = sum(clip["tracked"] >= 0.95 for clip in found["clips"])
    row = [str(len(found["clips"])), share(found["overall"], 1), str(enough)]
    return table(["clips", "frames tracked", "clips with 95 % and more"], [row], "faces")


def detectors() -> str:
    """Faces that each detector finds in single frames, and what a look costs."""
    found = read("detectors")
    kinds = {name: lines for name, lines in found.items() if isinstance(lines, list)}
    head = [
        "",
        *(f"{name} ({lines[0]['faces']})" for name, lines in kinds.items()),
        "a look, whole",
        "a look, small",
    ]
    rows = [
        [
            whole["detector"],
            *(share(lines[at]["found"], 1) if lines[at]["faces"] else "" for lines in kinds.values()),
            f"{whole['ms']:.1f} ms",
            f"{kinds['small'][at]['ms']:.1f} ms",
        ]
        for at, whole in enumerate(kinds["whole"])
    ]
    return table(head, rows, "detectors")


def timeline() -> str:
    """For each length and kind: how much of the time each competitor is right, and what ours finds."""
    found = read("timeline")["rows"]
    rows = {(row["length"], row["kind"], row["size"], row["rival"]): row for row in found}
    rivals = list(dict.fromkeys(row["rival"] for row in found if row["rival"] != "ours"))
    lines = [
        [length, KINDS[kind].format(size).replace("%", " %"), str(rows[length, kind, size, "ours"]["trials"])]
        + [share(rows[length, kind, size, "ours"][name]) for name in ("whole", "found", "within")]
        + [share(rows[length, kind, size, rival]["within"]) for rival in rivals]
        for length, kind, size in dict.fromkeys(key[:3] for key in rows)
    ]
    head = ["", "sound", "trials", "one stretch", "found", "within 45 ms"]
    return table([*head, *(f"{rival}: within 45 ms" for rival in rivals)], lines, "timeline")


KINDS = {
    "none": "as it is",
    "far": "± {:g} s",
    "steps": "steps: {:g}",
    "cuts": "steps at cuts: {:g}",
    "drift": "speed ± {:.1%}",
}
"""What was done to a sound, by its size."""
