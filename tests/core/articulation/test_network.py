from pathlib import Path

import numpy as np
import pytest
import torch

from liptune.core.articulation.bilabials import bundled as bilabials
from liptune.core.articulation.hearing import BILABIALS_SHARE, Heard, asked_by
from liptune.core.articulation.network import CONTEXT, SOUND_REACH, Network
from liptune.core.articulation.prosody import FEATURES, features
from liptune.core.articulation.types import POINTS, Prosody
from liptune.core.articulation.weights import REMEDY, load_network
from liptune.core.engines.features import N_MELS
from liptune.core.errors import EngineUnavailable
from training.articulation.network import ArticulationEnsemble, ArticulationNetwork, Widths
from training.articulation.weights import load_ensemble
from training.network.weights import save_weights

FRAMES = 60
RANDOM = np.random.default_rng(4)
MEL = RANDOM.normal(-5, 2, (4 * FRAMES, N_MELS)).astype(np.float32)
PROSODY = RANDOM.normal(0, 1, (FRAMES, FEATURES)).astype(np.float32)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(3)
    members = [ArticulationNetwork(Widths(outputs=7)) for _ in range(2)]
    for member in members:
        for name, tensor in [*member.named_buffers(), *member.named_parameters()]:
            if "running_var" in name:
                tensor.uniform_(0.1, 0.3)
            elif "running_mean" in name:
                tensor.uniform_(-0.2, 0.2)
            elif "films" in name:
                torch.nn.init.normal_(tensor, std=0.1)
    path = tmp_path_factory.mktemp("made") / "made.safetensors"
    save_weights(ArticulationEnsemble(members, torch.randn(6, 2 * len(POINTS))), path)
    return path


@pytest.fixture(scope="module")
def network(saved: Path) -> Network:
    return load_network(saved)


@pytest.mark.parametrize("keep", [0.0, 1.0])
def test_numpy_and_torch_give_the_same(saved: Path, network: Network, keep: float) -> None:
    valid = np.arange(FRAMES) % 50 > 3
    theirs = load_ensemble(saved)
    given = (torch.from_numpy(each)[None] for each in (MEL, PROSODY, valid))
    with torch.inference_mode():
        told = theirs(*given, torch.tensor([keep]))[0]
        points = (told[:, :-1] @ theirs.shapes).unflatten(-1, (-1, 2))
    moved, closed = network(MEL, PROSODY if keep else None, valid)
    assert moved.std(0).min() > 0.01
    np.testing.assert_allclose(moved, points.numpy(), atol=1e-5)
    np.testing.assert_allclose(closed, told[:, -1].sigmoid().numpy(), atol=1e-5)


@pytest.mark.parametrize(("heard", "told", "reach"), [(3, 0, SOUND_REACH), (0, 2, CONTEXT)])
def test_nothing_looks_further_than_its_reach(
    network: Network, heard: float, told: float, reach: int
) -> None:
    mel, prosody = MEL.copy(), PROSODY.copy()
    mel[4 * 30 : 4 * 31] += heard
    prosody[30] += told
    valid = np.ones(FRAMES, np.bool_)
    differs = (network(MEL, PROSODY, valid)[0] != network(mel, prosody, valid)[0]).any((1, 2))
    assert differs[30]
    assert not differs[: 30 - reach].any()
    assert not differs[31 + reach :].any()


def test_block_by_block_is_the_whole(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    curves = np.abs(RANDOM.normal(100, 40, (4, FRAMES))).astype(np.float32)
    heard = Heard(MEL, Prosody(*curves))
    whole = network(MEL, features(heard.prosody), np.ones(FRAMES, np.bool_))
    monkeypatch.setattr("liptune.core.articulation.hearing.BLOCK", 17)
    asked = asked_by(heard, network)
    np.testing.assert_allclose(asked.moved, whole[0], atol=1e-5)
    odds = np.log(whole[1] / (1 - whole[1])) + BILABIALS_SHARE * bilabials()(MEL)
    np.testing.assert_allclose(asked.closed, odds, atol=1e-3)


def test_missing_weights_come_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        load_network(tmp_path / "none.safetensors")
    assert caught.value.remedy == REMEDY
