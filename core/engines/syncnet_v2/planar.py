"""SyncNet v2's lip branch as 2-D convolutions: the same numbers in half the time."""

from itertools import islice

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from liptune.core.engines.syncnet_v2.network import WINDOW, SyncNetV2


class PlanarLips(nn.Module):
    """Embeds every 5-frame window of a clip in one pass.

    Only the first layer looks across time: it becomes a convolution over the stacked channels of five frames,
    the others lose an axis of length one. Normalisation is folded into the convolutions.
    """

    def __init__(self, network: SyncNetV2) -> None:
        super().__init__()
        self.features = _flattened(network.netcnnlip)
        self.head = network.netfclip

    def forward(self, frames: Tensor) -> Tensor:
        """(T, 3, 224, 224) BGR 0 … 255, to (T - 4, 1024)."""
        windows = frames.unfold(0, WINDOW, 1).permute(0, 4, 1, 2, 3).flatten(1, 2)
        features: Tensor = self.features(windows.contiguous(memory_format=torch.channels_last))
        embeddings: Tensor = self.head(features.flatten(1))
        return embeddings


def _flattened(layers: nn.Sequential) -> nn.Sequential:
    flat: list[nn.Module] = []
    for layer, after in zip(layers, [*islice(layers, 1, None), nn.Identity()], strict=True):
        if isinstance(layer, nn.Conv3d) and isinstance(after, nn.BatchNorm3d):
            flat += [_convolution(fuse_conv_bn_eval(layer, after)), nn.ReLU(inplace=True)]
        elif isinstance(layer, nn.MaxPool3d):
            flat.append(_pooling(layer))
    return nn.Sequential(*flat).eval().requires_grad_(False)


def _convolution(layer: nn.Conv3d) -> nn.Conv2d:
    """The channels of the first frame come first, then those of the second, as the windows have them."""
    frames, rows, columns = layer.kernel_size
    flat = nn.Conv2d(
        layer.in_channels * frames,
        layer.out_channels,
        (rows, columns),
        (layer.stride[1], layer.stride[2]),
        (int(layer.padding[1]), int(layer.padding[2])),
        device="meta",
    )
    weight = layer.weight.permute(0, 2, 1, 3, 4).flatten(1, 2).contiguous(memory_format=torch.channels_last)
    flat.load_state_dict({"weight": weight, "bias": layer.bias}, assign=True)
    return flat


def _pooling(layer: nn.MaxPool3d) -> nn.MaxPool2d:
    kernel, stride, padding = (_plane(size) for size in (layer.kernel_size, layer.stride, layer.padding))
    return nn.MaxPool2d(kernel, stride, padding)


def _plane(size: int | tuple[int, ...]) -> tuple[int, int]:
    """The part of a layer's size that spans rows and columns."""
    return (size, size) if isinstance(size, int) else (size[1], size[2])
