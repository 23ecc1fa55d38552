"""Tables of what the repairs gain, and of what becomes of the picture."""

from collections.abc import Callable, Sequence

from benchmarks.tables.drawing import Json, Row, read, share, table

REPAIRS = ("retime", "pyramid", "poisson")
Cell = Callable[[Json], str]


def _pair(key: str, spec: str, unit: str = "", second: str = "median") -> Cell:
    """The mean and the ``second`` statistic of a figure; empty where a repair has none."""
    return lambda one: f"{one[key]['mean']:{spec}}, {one[key][second]:{spec}}{unit}" if key in one else ""


def _kept(key: str) -> Cell:
    """What a warp keeps of what retime gains; empty for retime itself."""

    def cell(one: Json) -> str:
        kept = one[key]
        low, high = (f"{100 * kept[end]:.0f}" for end in ("low", "high"))
        return "" if kept["share"] == 1 else f"{share(kept['share'])} ({low} to {high})"

    return cell


GAINS: tuple[tuple[str, Cell, str], ...] = (
    ("residual, mean and median", _pair("residual_ms", ".1f", " ms"), ""),
    ("residual with the clips left alone", _pair("residual_all_ms", ".1f", " ms"), ""),
    ("fall of the distance at zero", _pair("gain", ".3f"), ""),
    ("by the null", _pair("null_gain", ".3f"), ""),
    ("real gain, mean and median", _pair("real_gain", ".3f"), ""),
    ("real gain with the clips left alone", _pair("real_gain_all", ".3f"), ""),
    ("share of retime's real gain (95 % over clips)", _kept("share_of_retime_real_gain"), "50 %"),
    (
        "clips with half of retime's and more",
        lambda one: str(one["share_of_retime_real_gain"]["clips_at_least_half"]),
        "",
    ),
    ("real gain by the judge, mean and median", _pair("judge_real_gain", ".3f"), ""),
    ("share of retime's real gain by the judge", _kept("share_of_retime_judge_real_gain"), ""),
    ("clips nearer to the truth than before", lambda one: str(one["nearer"]), ""),
)
PICTURE: tuple[tuple[str, Cell, str], ...] = (
    ("frames changed", lambda one: share(one["share_changed"]["mean"]), ""),
    (
        "samples changed outside of the mask, most",
        lambda one: f"{one['samples_changed_outside']['most']:.0f}",
        "0",
    ),
    (
        "flicker of the seam, of the original's, mean and most",
        _pair("flicker_ratio", ".2f", " ×", "most"),
        "1.2 ×",
    ),
    ("colour step at the seam, mean and most", _pair("seam_step_delta_e", ".2f", " ΔE", "most"), "2 ΔE"),
    ("lips from the donor's, mean and median", _pair("lips_from_donor_px", ".1f", " px"), ""),
    ("points 0 to 35 moved", _pair("head_moved_px", ".2f", " px"), "0.5 px"),
    ("the same but the chin's", _pair("head_but_chin_moved_px", ".2f", " px"), "0.5 px"),
    (
        "where the original is only coded again, the detector moves them",
        _pair("head_recoded_moved_px", ".2f", " px"),
        "",
    ),
    ("by what is around each, but the chin's", _pair("head_but_chin_tracked_px", ".3f", " px"), ""),
)


def warp() -> str:
    """What the repairs gain where the plan is found."""
    return _warp("warp", GAINS)


def warp_truth() -> str:
    """What the repairs gain where the plan is the truth."""
    return _warp("warp-truth", GAINS)


def warp_picture() -> str:
    """What becomes of the picture, with the truth as plan."""
    return _warp("warp-truth", PICTURE, REPAIRS[1:])


def _warp(name: str, lines: Sequence[tuple[str, Cell, str]], repairs: Sequence[str] = REPAIRS) -> str:
    found = read(name)["figures"]
    head = f"{found['planned']} of {found['clips']} clips planned for"
    before = found["residual_before_ms"]
    rows: list[Row] = [
        [label, *(cell(found["repairs"][repair]) for repair in repairs), target]
        for label, cell, target in lines
    ]
    if lines is GAINS:
        text = f"{before['mean']:.1f}, {before['median']:.1f} ms"
        rows.insert(0, ["residual before, mean and median", *[text] * len(repairs), ""])
    return table([head, *(f"`{repair}`" for repair in repairs), "target"], rows, name)
