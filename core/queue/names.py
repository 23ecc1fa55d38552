"""The names of the queues, and what waits in each."""

GPU = "gpu"
"""Jobs to be analysed."""
CPU = "cpu"
"""Jobs whose analysis is made: to be scored and rendered."""
WEBHOOKS = "webhooks"
"""Answers to be delivered."""

QUEUES = (GPU, CPU, WEBHOOKS)
JOB_QUEUES = (GPU, CPU)
