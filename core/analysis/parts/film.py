"""A long picture that is looked at in parts: which they are, each made and kept by itself, and all joined."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from liptune.core.analysis.analysis_file import seen_in
from liptune.core.analysis.cache import Subject, keep_seen
from liptune.core.analysis.missed import explained
from liptune.core.analysis.parts.file import packed_part, part_in
from liptune.core.analysis.parts.join import Whole, joined
from liptune.core.analysis.parts.look import look
from liptune.core.analysis.parts.types import Part, SeenPart
from liptune.core.analysis.run import STAGE, lacking
from liptune.core.analysis.types import AnalysisCache, Seen, identity_of
from liptune.core.media.clock.phase import phase_seconds
from liptune.core.media.probe.probe import require_video
from liptune.core.media.read.stream import seekable
from liptune.core.media.types import ANALYSIS_FPS, MediaInfo, MediaLimits
from liptune.core.progress import Progress, Remembered, silent


class PartMissing(Exception):
    """A part is not kept, or no longer. ``number``: counted from 0."""

    def __init__(self, number: int) -> None:
        super().__init__(f"part {number} is not there")
        self.number = number


@dataclass(frozen=True)
class Film:
    """A picture, who looks at it, and where what is seen is kept.

    What is kept of a part is found again by the same picture, engine and part, whoever made it.
    """

    subject: Subject
    cache: AnalysisCache
    limits: MediaLimits

    @property
    def known(self) -> bool:
        """Whether the picture need not be looked at any more."""
        return seen_in(self.cache.load(self.subject.picture_key(self.subject.engine))) is not None

    def make(self, part: Part, progress: Progress = silent) -> int | None:
        """Looks at the part and keeps what is seen, unless that is kept already.

        Returns the frame that its last shot ends at, None where that is the picture's end: parts before that
        have no frames. Raises as `look`.
        """
        seen = self._load(part)
        if seen is None:
            seen = look(
                self.subject.video,
                self.subject.looking,
                part,
                region=self.subject.region,
                progress=progress,
                limits=self.limits,
            )
            self.cache.save(self.key(part), packed_part(seen))
        progress(STAGE, 1.0)
        return _reached(part, seen)

    def join(self, parts: Sequence[Part], progress: Progress = silent) -> None:
        """Joins what is kept of all parts and keeps it as the analysis of the picture.

        Raises:
            PartMissing: It must be made first.
            PartsDiffer: Two of them must be made as one.
        """
        told = Remembered(progress)
        told(STAGE, 0.99)

        def seen(number: int) -> SeenPart:
            told.again()
            found = self._load(parts[number])
            if found is None:
                raise PartMissing(number)
            return found

        whole = joined(parts, seen)
        keep_seen(self.subject, self._seen(whole, parts[0].phase_seconds, told), self.cache)

    def key(self, part: Part) -> str:
        """What the part is kept under."""
        return self.subject.part_key(asdict(part))

    def _load(self, part: Part) -> SeenPart | None:
        return part_in(self.cache.load(self.key(part)))

    def _seen(self, whole: Whole, phase: float, told: Remembered) -> Seen:
        video, engine, region = self.subject.video, self.subject.looking, self.subject.region
        sightings = whole.sightings
        if not whole.tracks:
            sightings = explained(sightings, video, engine, region, self.limits)
        return Seen(
            engine=identity_of(engine),
            frames=sightings.frames,
            tracks=whole.tracks,
            cuts=whole.cuts,
            sightings=sightings,
            undecoded=lacking(video, whole.complained, heartbeat=told.again),
            phase_seconds=phase,
        )


def _reached(part: Part, seen: SeenPart) -> int | None:
    if part.begin and seen.head is None:
        return part.end
    return seen.tail.frame if seen.tail else None


def parts_of(video: MediaInfo, seconds: float) -> tuple[Part, ...]:
    """The parts of a picture, each so long; one alone where it is no longer, or cannot be entered midway."""
    picture = require_video(video)
    size = max(1, round(seconds * ANALYSIS_FPS))
    count = round(picture.duration_seconds * ANALYSIS_FPS / size)
    if count < 2 or not seekable(video.clock.of(picture.index)):
        return (Part(0),)
    phase = phase_seconds(video)
    begins = [number * size for number in range(count)]
    ends = [*begins[1:], None]
    return tuple(Part(begin, end, phase) for begin, end in zip(begins, ends, strict=True))


def without(parts: Sequence[Part], number: int) -> tuple[Part, ...]:
    """The parts, with the one of this number, from 1, made one with the one before it."""
    before, after = parts[number - 1], parts[number]
    whole = Part(before.begin, after.end, before.phase_seconds)
    return (*parts[: number - 1], whole, *parts[number + 1 :])
