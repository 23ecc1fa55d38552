import numpy as np
import pytest
import torch

from liptune.core.engines.syncnet_v2.network import SyncNetV2, build
from liptune.core.engines.syncnet_v2.planar import PlanarLips
from liptune.core.errors import EngineUnavailable
from tests.core.engines import golden


@pytest.fixture(scope="module")
def network() -> SyncNetV2:
    return build(golden.syncnet_v2(), "golden")


def test_embeddings_equal_the_published_code(network: SyncNetV2) -> None:
    windows = golden.uniform(3, (2, 3, 5, 224, 224), 0, 255)
    with torch.inference_mode():
        lips = torch.cat([network.embed_lips(window) for window in windows])
        sound = network.embed_sound(golden.uniform(4, (2, 1, 13, 20), -20, 20))
    # Numbers near zero are sums of large ones: processors round them to the scale of the vector.
    for ours, key in ((lips, "syncnet_v2_lip"), (sound, "syncnet_v2_audio")):
        published = golden.GOLDEN[key]
        np.testing.assert_allclose(ours, published, rtol=1e-4, atol=1e-5 * float(np.abs(published).max()))
    assert sum(value.numel() for value in network.parameters()) == pytest.approx(13.63e6, rel=1e-3)


def test_one_pass_over_a_clip_equals_window_by_window(network: SyncNetV2) -> None:
    clip = golden.uniform(5, (3, 8, 224, 224), 0, 255)
    with torch.inference_mode():
        whole = network.embed_lips(clip)
        windows = torch.cat([network.embed_lips(clip[:, at : at + 5]) for at in range(4)])
    torch.testing.assert_close(whole, windows, rtol=1e-5, atol=1e-4)


def test_flattened_to_planes_the_numbers_are_the_same(network: SyncNetV2) -> None:
    clip = golden.uniform(6, (3, 7, 224, 224), 0, 255)
    with torch.inference_mode():
        flat = PlanarLips(network)(clip.transpose(0, 1))
        np.testing.assert_allclose(flat, network.embed_lips(clip), rtol=1e-4, atol=1e-3)


def test_tensors_that_do_not_fit_are_named() -> None:
    tensors = golden.syncnet_v2()
    del tensors["netfclip.3.bias"]
    with pytest.raises(EngineUnavailable, match=r"1 missing: netfclip\.3\.bias"):
        build(tensors, "golden")
