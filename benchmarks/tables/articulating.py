"""Tables of mouths that are made from the sound."""

from benchmarks.tables.drawing import Json, Row, read, share, table

RECORD = "articulation"
NAMES = {
    "network": "the network",
    "flat": "without prosody",
    "loose": "without making lips meet",
    "mean": "(a) the clip's mean mouth",
    "ridge": "(b) ridge regression",
    "neighbour": "(c) nearest neighbour",
}
GROUPS = {"all": "all clips", "emotional": "mead"}


def articulation() -> str:
    """Errors of the lips' points and correlations, by who predicts them."""
    found = read(RECORD)
    head = ["", *(f"{what}, {group}" for group in GROUPS.values() for what in ("error", "of (a)", "opening"))]
    rows = [
        [name, *(cell for group in GROUPS for cell in _cells(found[group], kind))]
        for kind, name in NAMES.items()
    ]
    target = ["target", "", "0.84", "0.58", *[""] * 3]
    return table(head, [*rows, target], RECORD)


def prosody() -> str:
    """What changes by prosody, with its 95 % interval over clips."""
    found = read(RECORD)
    parts = ("error", "opening", "corners", "brows")
    rows = [
        [name, *(_change(found[group]["prosody_changes"][part]) for part in parts)]
        for group, name in GROUPS.items()
    ]
    return table(["with prosody, less without", "error, % of the eye distance", *parts[1:]], rows, RECORD)


def closures() -> str:
    """Synthetic speech: lips that are closed where they must be."""
    found = read(RECORD)["synthetic"]
    rows = [
        [f"closed in p, b, m ({found['closures']})", share(found["closed"], 1), "90 %"],
        ["closed in other frames of speech", share(found["closed_elsewhere"], 1), ""],
        [f"at rest in pauses ({found['paused_frames']} frames)", share(found["rested"], 1), "95 %"],
    ]
    return table(["", "share", "target"], rows, RECORD)


def _cells(found: Json, kind: str) -> Row:
    correlation = found["correlation"]["opening"].get(kind)
    told = "" if correlation is None else f"{correlation:.2f}"
    return [f"{found['error_percent'][kind]:.2f} %", f"{found['ratio_to_mean'][kind]:.3f}", told]


def _change(found: Json) -> str:
    low, high = found["interval"]
    return f"{found['by']:+.3f} ({low:+.3f} to {high:+.3f})"
