"""How far each engine's evidence can be trusted, chosen on warps made from the training clips."""

SCALES = {"lite": 0.4}
DEFAULT_SCALE = 0.5


def scale_of(engine_id: str) -> float:
    """Nats of log-likelihood per unit of evidence."""
    return SCALES.get(engine_id, DEFAULT_SCALE)
