"""Making what the service stores in."""

from contextlib import closing

from core.settings import Settings
from core.store.database import Database
from core.store.migrate import upgrade


def prepare(settings: Settings) -> None:
    """Brings the tables up to date, and makes the bucket where one is named and not there."""
    with closing(Database(settings.sqlalchemy_url)) as database:
        upgrade(database.engine)
    if settings.s3_bucket is not None:
        from core.store.s3_client import make_bucket  # noqa: PLC0415 - half a second that others need not pay

        make_bucket(settings)
