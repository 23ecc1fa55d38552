"""The lip-sync engine. Usable as a library; knows nothing about HTTP or Celery."""

import os

# numpy's products here are small: a second thread gains nothing, waits busily, and could change bits.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
