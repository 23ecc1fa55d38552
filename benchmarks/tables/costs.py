"""Tables of time and memory."""

from statistics import median

from benchmarks.tables.drawing import Json, Row, ratio, read, table

SPEED_TARGETS = {"speed-30s": "2.2 ×", "speed-60s": "2 ×", "speed-300s": "1.6 ×"}


def speed() -> str:
    """A whole measurement beside ffmpeg's decoding."""
    return table(
        ["clip", "`measure`", "`ffmpeg -f null -`", "ratio", "target", "of processor time"],
        [_speed(read(name), target) for name, target in SPEED_TARGETS.items()],
        *SPEED_TARGETS,
    )


def _speed(found: Json, target: str) -> Row:
    seconds = [f"{median(found[key]):.1f} s" for key in ("measure_seconds", "decode_seconds")]
    clip = found["clip"].split(", ", 1)[1]
    return [clip, *seconds, ratio(found["ratio"]), target, f"{found['cpu_ratio']['median']:.2f} ×"]


def stages() -> str:
    """Where the processor time of 30 s of 1080p goes."""
    found = read("speed-30s")["stages"]
    return table(list(found), [[f"{seconds:.2f} s" for seconds in found.values()]], "speed-30s")


def memory() -> str:
    """The peak memory of a measurement by the length of the clip."""
    found = read("memory")["peak_mib"]
    return table(
        ["length of the clip", *found], [["MiB at most", *(str(peak) for peak in found.values())]], "memory"
    )


def service() -> str:
    """Answers of the embedded service under load."""
    found = read("service")
    rows = [
        [name, str(one["calls"]), f"{one['p50_ms']:.1f} ms", f"{one['p99_ms']:.0f} ms"]
        for name, one in found["status"].items()
    ]
    rows.append(["target", "", "", "50 ms"])
    starts = median(found["accept_to_running_seconds"])
    rows.append(["accepted to running, median", "", f"{starts:.2f} s", ""])
    return table(["", "status calls", "median", "p99"], rows, "service")


def studio() -> str:
    """The service on PostgreSQL, Redis and S3."""
    found = read("studio")
    calls, memory, queue = (
        found[key] for key in ("status calls while jobs run", "API memory, MiB", "a queue of jobs")
    )
    one, two, faster = found["jobs a minute, one worker and two"]
    start = found["accepted to running, s (median)"]
    rate = found["arguments"]["rate"]
    rows = [
        ["accepted to running, idle", f"{start:.2f} s", "0.5 s"],
        [
            f"{calls['calls']} status calls, {rate:.0f} a second, while jobs run",
            f"median {calls['p50_ms']:.0f} ms, p99 {calls['p99_ms']:.0f} ms",
            "p99 50 ms",
        ],
        [
            f"API memory under an upload of {memory['upload MiB']} MiB",
            f"{memory['before']} MiB before, {memory['at most']} at most",
            "flat",
        ],
        [
            f"a queue of {queue['jobs']} jobs that only probe their clip, two workers",
            f"accepted in {queue['accepted in s']:.0f} s, drained in {queue['drained in s']:.0f} s",
            "without an error",
        ],
        [
            "a job of another owner, accepted behind them, begins after",
            f"{queue['another waits s']:.2f} s",
            "next",
        ],
        [
            "jobs a minute, one worker and two",
            f"{one:.0f} and {two:.0f}: {faster:.1f} ×",
            "1.7 × where there are cores",
        ],
    ]
    return table(["", "measured", "target"], rows, "studio")


def render() -> str:
    """Drawing a picture again beside a plain transcode."""
    names = ("render-6s", "render-30s")
    head = ["clip", "render", "transcode", "ratio", "target", "of processor time", "peak memory"]
    return table(head, [_render(read(name)) for name in names], *names)


def _render(found: Json) -> Row:
    seconds = [f"{median(found[key]):.1f} s" for key in ("render_seconds", "transcode_seconds")]
    peaks = ", ".join(f"{peak} MiB for {length}" for length, peak in found["peak_mib"].items())
    clip = found["clip"].split(", ", 1)[1]
    return [clip, *seconds, ratio(found["ratio"]), "1.5 ×", f"{found['cpu_ratio']['median']:.2f} ×", peaks]


def composite() -> str:
    """Processor time a frame of each blend."""
    names = {"composite": "made, with noise", "composite-mead_01": "of a studio"}
    steps = ("decode", "composite", "pipes", "encode", "total")
    rows = []
    for name, clip in names.items():
        found = read(name)
        for blend, one in found["milliseconds"].items():
            times = [f"{one[step]:.1f} ms" for step in steps]
            rows.append([clip, f"`{blend}`", *times, f"{one['frames_a_second']:.1f}"])
    head = ["clip", "blend", "decode", "put the mouth in", "hand over", "encode", "all", "frames a second"]
    return table(head, rows, *names)
