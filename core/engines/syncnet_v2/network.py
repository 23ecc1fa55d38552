"""SyncNet v2 (Chung & Zisserman, "Out of time", 2016), with the published state-dict names."""

import torch
from torch import Tensor, nn

from liptune.core.engines.weights import Tensors, fill

WINDOW = 5
SIDE = 224
CEPSTRA = 13
COLUMNS = 20
DIM = 1024

Triple = tuple[int, int, int]


class SyncNetV2(nn.Module):
    """Two branches into one space of 1024 dimensions; embeddings are not normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.netcnnaud = _audio_layers()
        self.netfcaud = _head()
        self.netcnnlip = _lip_layers()
        self.netfclip = _head()

    def embed_lips(self, clip: Tensor) -> Tensor:
        """Embeds every 5-frame window of a clip: (3, T, 224, 224), BGR 0 … 255, to (T - 4, 1024).

        Only the first layer looks across time, so one pass over the clip gives what window by window gives.
        """
        features: Tensor = self.netcnnlip(clip[None])
        embeddings: Tensor = self.netfclip(features[0, :, :, 0, 0].T)
        return embeddings

    def embed_sound(self, cepstra: Tensor) -> Tensor:
        """Embeds windows of MFCC: (B, 1, 13, 20) to (B, 1024)."""
        embeddings: Tensor = self.netfcaud(self.netcnnaud(cepstra).flatten(1))
        return embeddings


def build(tensors: Tensors, source: str) -> SyncNetV2:
    """Makes the network of a checkpoint's tensors.

    Raises:
        EngineUnavailable: They are not those of SyncNet v2; the message lists what differs.
    """
    with torch.device("meta"):
        network = SyncNetV2()
    return fill(network, tensors, source)


def _head() -> nn.Sequential:
    return nn.Sequential(nn.Linear(512, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, DIM))


def _audio_layers() -> nn.Sequential:
    return nn.Sequential(
        *_conv2d(1, 64),
        nn.MaxPool2d(1, 1),
        *_conv2d(64, 192),
        nn.MaxPool2d(3, (1, 2)),
        *_conv2d(192, 384),
        *_conv2d(384, 256),
        *_conv2d(256, 256),
        nn.MaxPool2d(3, 2),
        *_conv2d(256, 512, kernel=(5, 4), padding=0),
    )


def _lip_layers() -> nn.Sequential:
    halve: Triple = (1, 2, 2)
    around: Triple = (0, 1, 1)
    return nn.Sequential(
        *_conv3d(3, 96, (WINDOW, 7, 7), stride=halve),
        nn.MaxPool3d((1, 3, 3), halve),
        *_conv3d(96, 256, (1, 5, 5), stride=halve, padding=around),
        nn.MaxPool3d((1, 3, 3), halve, around),
        *_conv3d(256, 256, (1, 3, 3), padding=around),
        *_conv3d(256, 256, (1, 3, 3), padding=around),
        *_conv3d(256, 256, (1, 3, 3), padding=around),
        nn.MaxPool3d((1, 3, 3), halve),
        *_conv3d(256, 512, (1, 6, 6)),
    )


def _conv2d(
    inputs: int, outputs: int, kernel: tuple[int, int] = (3, 3), padding: int = 1
) -> tuple[nn.Module, ...]:
    return nn.Conv2d(inputs, outputs, kernel, padding=padding), nn.BatchNorm2d(outputs), nn.ReLU()


def _conv3d(
    inputs: int, outputs: int, kernel: Triple, stride: Triple = (1, 1, 1), padding: Triple = (0, 0, 0)
) -> tuple[nn.Module, ...]:
    return nn.Conv3d(inputs, outputs, kernel, stride, padding), nn.BatchNorm3d(outputs), nn.ReLU()
