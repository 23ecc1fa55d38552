"""The connection to an S3-compatible server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from liptune.core.errors import NotFound, StorageUnavailable
from liptune.core.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MISSING = frozenset({"404", "NoSuchKey"})
EXISTS = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})


@dataclass(frozen=True)
class Bucket:
    """A bucket, and three ways to its server.

    ``client`` waits and tries again; ``impatient`` does not; ``public`` signs links for the address that
    clients know it by.
    """

    name: str
    client: "S3Client"
    impatient: "S3Client"
    public: "S3Client"


def open_bucket(settings: Settings) -> Bucket:
    """The bucket that the settings name; nothing is asked of the server yet."""
    # The session reads the description of S3, a megabyte of JSON, once for all its clients.
    session = boto3.session.Session()
    return Bucket(
        name=str(settings.s3_bucket),
        client=_patient(session, settings),
        impatient=_client(session, settings, settings.s3_endpoint, connect_seconds=2, read_seconds=3),
        public=_client(session, settings, settings.s3_public_endpoint or settings.s3_endpoint),
    )


def make_bucket(settings: Settings) -> None:
    """Makes the bucket unless it is there."""
    client = _patient(boto3.session.Session(), settings)
    with in_words():
        try:
            client.create_bucket(Bucket=str(settings.s3_bucket))
        except ClientError as error:
            if error.response["Error"]["Code"] not in EXISTS:
                raise


@contextmanager
def in_words() -> Iterator[None]:
    """Turns the library's errors into ours; what they say of the server stays in the log.

    Raises:
        NotFound: There is no such file.
        StorageUnavailable: The server is away, refuses, or answers nonsense.
    """
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING:
            raise NotFound("The file is gone.") from error
        raise StorageUnavailable("The storage server refuses.") from error
    except (BotoCoreError, Boto3Error, HTTPClientError) as error:
        raise StorageUnavailable("The storage server does not answer as it should.") from error
    except OSError as error:
        raise StorageUnavailable(f"A file cannot pass: {error.strerror}.") from error


def _patient(session: boto3.session.Session, settings: Settings) -> "S3Client":
    return _client(session, settings, settings.s3_endpoint, attempts=4, read_seconds=60)


def _client(
    session: boto3.session.Session,
    settings: Settings,
    endpoint: str | None,
    *,
    attempts: int = 1,
    connect_seconds: int = 3,
    read_seconds: int = 15,
) -> "S3Client":
    secret = settings.s3_secret_key
    return session.client(
        "s3",
        endpoint_url=endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=secret.get_secret_value() if secret else None,
        config=Config(
            signature_version="s3v4",
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=connect_seconds,
            read_timeout=read_seconds,
            max_pool_connections=50,
            tcp_keepalive=True,
            s3={"addressing_style": "path" if endpoint else "auto"},
            # Not every server that speaks S3 knows the checksums that the library adds unasked.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
