"""Parses and verifies the ``Upload-Checksum`` of a part."""

import base64
import binascii
import hashlib
import hmac
from typing import Self

from liptune.api.errors import ChecksumMismatch, UnsupportedChecksum
from liptune.api.resumable.protocol import CHECKSUMS


class Checksum:
    """What a part must hash to, and its hash so far."""

    def __init__(self, algorithm: str, expected: bytes) -> None:
        self._hash = hashlib.new(algorithm, usedforsecurity=False)
        self._expected = expected

    @classmethod
    def parse(cls, header: str | None) -> Self | None:
        """Reads an Upload-Checksum header: an algorithm and a digest in base64.

        Raises:
            UnsupportedChecksum: It is something else.
        """
        if header is None:
            return None
        algorithm, _, digest = header.strip().partition(" ")
        if algorithm not in CHECKSUMS:
            raise UnsupportedChecksum(f"Upload-Checksum must begin with one of: {', '.join(CHECKSUMS)}.")
        try:
            return cls(algorithm, base64.b64decode(digest, validate=True))
        except binascii.Error as error:
            raise UnsupportedChecksum("Upload-Checksum does not end with a digest in base64.") from error

    def update(self, chunk: bytes) -> None:
        """Hashes some more."""
        self._hash.update(chunk)

    def verify(self) -> None:
        """Raises ChecksumMismatch unless what was hashed is what was meant."""
        if not hmac.compare_digest(self._hash.digest(), self._expected):
            raise ChecksumMismatch("The part is not what its Upload-Checksum says.", remedy="Send it again.")
