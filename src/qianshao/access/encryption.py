"""Encryption of sensitive values and the blind index that finds them again.

Each ciphertext names its algorithm and key version, so that keys can be changed while old values stay
readable. The blind index is a keyed digest (HMAC-SHA-256): equal values have equal digests, and without the
key nobody can try all identity numbers of a county against it.
"""

import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qianshao import unfinished


class Unreadable(Exception):
    """A ciphertext that no key at hand opens: the wrong key file, or a value that was tampered with."""


class Provider(Protocol):
    """What a hardware module or another cipher has to offer."""

    def encrypt(self, plain: bytes, bound_to: bytes) -> bytes: ...
    def decrypt(self, sealed: bytes, bound_to: bytes) -> bytes: ...
    def digest(self, purpose: str, value: bytes) -> bytes: ...


@dataclass(frozen=True)
class SoftwareProvider:
    """AES-256-GCM and HMAC-SHA-256 with keys from a file.

    A ciphertext is `a` + one byte of key version + 12 bytes nonce + sealed text with its tag. `bound_to`
    (table and column) is authenticated: a value moved to another column does not open.
    """

    keys: Mapping[int, bytes]
    digest_key: bytes
    current: int

    def encrypt(self, plain: bytes, bound_to: bytes) -> bytes:
        nonce = os.urandom(12)
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, plain, bound_to)
        return b"a" + bytes([self.current]) + nonce + sealed

    def decrypt(self, sealed: bytes, bound_to: bytes) -> bytes:
        key = self.keys.get(sealed[1]) if sealed[:1] == b"a" and len(sealed) > 14 else None
        if key is None:
            raise Unreadable("the ciphertext names an algorithm or key version that the key file lacks")
        try:
            return AESGCM(key).decrypt(sealed[2:14], sealed[14:], bound_to)
        except InvalidTag as error:
            raise Unreadable("the ciphertext does not open: another key file, or a changed value") from error

    def digest(self, purpose: str, value: bytes) -> bytes:
        return hmac.digest(self.digest_key, purpose.encode() + b"\0" + value, "sha256")


def create_key_file(path: Path) -> None:
    """Write new random keys to `path`, readable by its owner only. Raises FileExistsError rather than
    replace keys, because with them every encrypted value would be lost."""
    content = {"current": 1, "keys": {"1": os.urandom(32).hex()}, "digest_key": os.urandom(32).hex()}
    write_once(path, json.dumps(content))


def write_once(path: Path, content: str) -> None:
    """Write a file that its owner alone reads, whole or not at all: half a key would lock a folder for ever.

    Raises FileExistsError and leaves what is there.
    """
    writing = unfinished.beside(path)
    try:
        descriptor = os.open(writing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(writing, path)
        unfinished.sync_folder(path.parent)
    finally:
        writing.unlink(missing_ok=True)


def load_key_file(path: Path) -> SoftwareProvider:
    """The provider with the keys of `path`. Raises FileNotFoundError."""
    content = json.loads(path.read_text())
    keys = {int(version): bytes.fromhex(key) for version, key in content["keys"].items()}
    return SoftwareProvider(keys, bytes.fromhex(content["digest_key"]), content["current"])
