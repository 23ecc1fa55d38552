"""StableSyncNet behind the engine protocol."""

from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liptune.core.engines.batches import noted
from liptune.core.engines.checkpoints.installed import installed
from liptune.core.engines.device import Placement, placement
from liptune.core.engines.mel import COLUMNS_PER_SECOND, mel_blocks
from liptune.core.engines.protocol import VideoEmbedder
from liptune.core.engines.stable_syncnet.alignment import lower_face
from liptune.core.engines.stable_syncnet.architecture import HEIGHT, WIDTH, Architecture, build
from liptune.core.engines.stable_syncnet.network import StableSyncNet
from liptune.core.engines.weights import read_tensors
from liptune.core.engines.windows import (
    Counted,
    SlidingEmbedder,
    TrackEmbedder,
    Vectors,
    column_windows,
    placed,
)
from liptune.core.media.types import ANALYSIS_FPS
from liptune.core.settings import settings

# Bump with every change of crops or features that alters a number.
PREPROCESSING = "stable_syncnet-1"
VISUAL_BYTES = 96 * 1024**2
AUDIO_BYTES = 8 * 1024**2
CPU_BATCH = 4
GPU_BATCH = 64


class StableSyncNetEngine:
    """Implements ``core.engines.protocol.SyncEngine`` on faces aligned as LatentSync aligns them.

    Row t is the window of ``window`` frames from t - ``centre`` on, beside the mel columns from
    ⌊3.2 · (t - centre)⌋ on.
    """

    id = "stable_syncnet"
    distance: Literal["euclidean", "cosine"] = "cosine"
    normalised = True
    colour: Literal["gray", "rgb"] = "rgb"
    analysis_side = 1920
    visual_dtype: np.dtype[Any] = np.dtype([("face", np.uint8, (HEIGHT, WIDTH, 3))])

    def __init__(
        self, network: StableSyncNet, architecture: Architecture, weights_sha256: str, where: Placement
    ) -> None:
        self.window = architecture.window
        self.centre = architecture.window // 2
        self.weights_sha256 = weights_sha256
        self.preprocessing = PREPROCESSING + where.suffix
        self._architecture = architecture
        self._network = network.to(where.device).to(memory_format=where.layout)  # type: ignore[call-overload]
        self._where = where
        self._most = GPU_BATCH if where.device.type != "cpu" else CPU_BATCH

    def visual_input(self, frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[Any]:
        """The lower half of the aligned face."""
        return np.array((lower_face(frame, landmarks),), self.visual_dtype)

    def video_embedder(self) -> VideoEmbedder:
        """Starts one face track."""
        return TrackEmbedder(
            noted(self.id, "faces", self._embed_faces),
            window=self.window,
            batch=self._where.batch(VISUAL_BYTES, self._most),
            centre=self.centre,
            dim=self._architecture.dim,
        )

    def embed_audio(self, chunks: Iterable[NDArray[np.float32]]) -> Vectors:
        """(ceil(samples / 640), D) unit vectors, NaN where the mel window does not fit."""
        counted = Counted(chunks)
        embedder = SlidingEmbedder(
            noted(self.id, "sound", self._embed_sound),
            window=1,
            batch=self._where.batch(AUDIO_BYTES, self._most),
        )
        for windows in column_windows(mel_blocks(counted), first_column, self._architecture.columns):
            embedder.push(windows)
        return placed(embedder.finish(), rows=counted.frames, first=self.centre, dim=self._architecture.dim)

    def _embed_faces(self, inputs: NDArray[Any]) -> Vectors:
        """(n + window - 1,) faces to (n, D)."""
        faces = torch.from_numpy(np.ascontiguousarray(inputs["face"])).to(self._where.device)
        frames = (faces.permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5
        windows = frames.unfold(0, self.window, 1).permute(0, 4, 1, 2, 3).flatten(1, 2)
        return self._vectors(self._network.embed_lips, windows)

    def _embed_sound(self, windows: NDArray[Any]) -> Vectors:
        """(n, columns, 80) mel windows to (n, D)."""
        mels = torch.from_numpy(windows).to(self._where.device).transpose(1, 2)[:, None]
        return self._vectors(self._network.embed_sound, mels)

    def _vectors(self, embed: Callable[[Tensor], Tensor], windows: Tensor) -> Vectors:
        with self._where.inference():
            vectors = embed(windows.contiguous(memory_format=self._where.layout))
            return np.asarray(vectors.float().cpu().numpy(), np.float32)


def first_column(frame: int) -> int:
    """The mel column at which the window of frame ``frame`` starts."""
    return frame * COLUMNS_PER_SECOND // ANALYSIS_FPS


def load() -> StableSyncNetEngine:
    """The engine with the checkpoint that is installed.

    Raises:
        EngineUnavailable: None is, or it does not fit; the remedy says what to run.
    """
    checkpoint = installed("stable_syncnet")
    network, architecture = build(read_tensors(checkpoint.path), checkpoint.path.name)
    where = placement(settings().device, narrow=True)
    return StableSyncNetEngine(network, architecture, checkpoint.sha256, where)
