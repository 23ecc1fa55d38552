"""The lip-sync engine. Usable as a library; knows nothing about HTTP or Celery."""
