"""In what numbers a network is trained."""

import torch

BFLOAT16 = ("avx512_bf16", "amx_bf16")


def mixed_precision() -> torch.autocast:
    """bfloat16 where the processor computes with it; elsewhere it would take twice the time of float32."""
    capabilities = torch.cpu.get_capabilities()
    fast = any(capabilities.get(name) for name in BFLOAT16)
    return torch.autocast("cpu", torch.bfloat16, enabled=fast)
