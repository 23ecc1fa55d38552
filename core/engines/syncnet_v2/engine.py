"""SyncNet v2 behind the engine protocol."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from liptune.core.engines.batches import noted
from liptune.core.engines.checkpoints.installed import installed
from liptune.core.engines.device import Placement, placement
from liptune.core.engines.mfcc import COLUMNS_PER_SECOND, mfcc_blocks
from liptune.core.engines.protocol import VideoEmbedder
from liptune.core.engines.syncnet_v2.crop import Cropper, face_view
from liptune.core.engines.syncnet_v2.network import COLUMNS, DIM, WINDOW, SyncNetV2, build
from liptune.core.engines.syncnet_v2.planar import PlanarLips
from liptune.core.engines.weights import read_tensors
from liptune.core.engines.windows import (
    Counted,
    SlidingEmbedder,
    TrackEmbedder,
    Vectors,
    column_windows,
    placed,
)
from liptune.core.media.types import ANALYSIS_FPS, SAMPLES_PER_FRAME
from liptune.core.settings import settings

# Bump with every change of crops or features that alters a number.
PREPROCESSING = "syncnet_v2-1"
CENTRE = WINDOW // 2
UNREAD = 1
"""Windows at the end of a clip that the published code leaves out."""
VISUAL_BYTES = 32 * 1024**2
AUDIO_BYTES = 2 * 1024**2
CPU_BATCH = 8
GPU_BATCH = 64
COLUMNS_PER_FRAME = COLUMNS_PER_SECOND // ANALYSIS_FPS


class SyncNetV2Engine:
    """Implements ``core.engines.protocol.SyncEngine`` on the published crops and cepstra.

    Row t is the window of five frames around t, beside the 20 MFCC columns from 4 · (t - 2) on.
    """

    id = "syncnet_v2"
    window = WINDOW
    centre = CENTRE
    distance: Literal["euclidean", "cosine"] = "euclidean"
    normalised = False
    colour: Literal["gray", "rgb"] = "rgb"
    analysis_side = 1920
    preprocessing = PREPROCESSING
    visual_dtype: np.dtype[Any] = np.dtype(object)

    def __init__(self, network: SyncNetV2, weights_sha256: str, where: Placement) -> None:
        self.weights_sha256 = weights_sha256
        self._network = network.to(where.device)
        self._lips = PlanarLips(self._network)
        self._where = where
        self._most = CPU_BATCH if where.device.type == "cpu" else GPU_BATCH

    def visual_input(self, frame: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[Any]:
        """A ``FaceView``: the crop itself needs the boxes of the six frames after this one."""
        view = np.empty((), object)
        view[()] = face_view(frame, landmarks)
        return view

    def video_embedder(self) -> VideoEmbedder:
        """Starts one face track."""
        return CroppedEmbedder(self.crop_embedder())

    def crop_embedder(self) -> VideoEmbedder:
        """Starts one track of faces that are cropped already, (B, 224, 224, 3) uint8 RGB."""
        return TrackEmbedder(
            noted(self.id, "faces", self._embed_faces),
            window=WINDOW,
            batch=self._where.batch(VISUAL_BYTES, self._most),
            centre=CENTRE,
            dim=DIM,
            unread=UNREAD,
        )

    def embed_audio(self, chunks: Iterable[NDArray[np.float32]]) -> Vectors:
        """(ceil(samples / 640), 1024), NaN where the window does not fit."""
        counted = Counted(chunks)
        embedder = SlidingEmbedder(
            noted(self.id, "sound", self._embed_sound),
            window=1,
            batch=self._where.batch(AUDIO_BYTES, self._most),
        )
        for windows in column_windows(mfcc_blocks(counted), lambda frame: COLUMNS_PER_FRAME * frame, COLUMNS):
            embedder.push(windows)
        rows = max(counted.samples // SAMPLES_PER_FRAME - WINDOW + 1 - UNREAD, 0)
        timeline = placed(embedder.finish(), rows=CENTRE + rows, first=CENTRE, dim=DIM)[: counted.frames]
        return np.pad(timeline, ((0, counted.frames - len(timeline)), (0, 0)), constant_values=np.nan)

    def _embed_faces(self, faces: NDArray[Any]) -> Vectors:
        """(n + 4, 224, 224, 3) RGB faces to (n, 1024)."""
        bgr = torch.from_numpy(faces).to(self._where.device).flip(3)
        with self._where.inference():
            vectors: Tensor = self._lips(bgr.permute(0, 3, 1, 2).float())
            return np.asarray(vectors.cpu().numpy(), np.float32)

    def _embed_sound(self, windows: NDArray[Any]) -> Vectors:
        """(n, 20, 13) cepstra to (n, 1024)."""
        cepstra = torch.from_numpy(windows.astype(np.float32)).to(self._where.device)
        with self._where.inference():
            vectors = self._network.embed_sound(cepstra.transpose(1, 2)[:, None])
            return np.asarray(vectors.cpu().numpy(), np.float32)


class CroppedEmbedder:
    """Crops views of a face before they are embedded."""

    def __init__(self, embedder: VideoEmbedder) -> None:
        self._embedder = embedder
        self._cropper = Cropper()

    def push(self, inputs: NDArray[Any]) -> None:
        """Takes consecutive ``FaceView`` objects."""
        self._embed(face for view in inputs for face in self._cropper.push(view))

    def finish(self) -> Vectors:
        """(T, 1024) float32, NaN where a window does not fit."""
        self._embed(self._cropper.finish())
        return self._embedder.finish()

    def _embed(self, crops: Iterator[NDArray[np.uint8]]) -> None:
        faces = list(crops)
        if faces:
            self._embedder.push(np.stack(faces))


def load() -> SyncNetV2Engine:
    """The engine with the checkpoint that is installed.

    Raises:
        EngineUnavailable: None is, or it does not fit; the remedy says what to run.
    """
    checkpoint = installed("syncnet_v2")
    network = build(read_tensors(checkpoint.path), checkpoint.path.name)
    return SyncNetV2Engine(network, checkpoint.sha256, placement(settings().device))
