"""The encrypted model field."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from qianshao.access.encryption import Provider, load_key_file


@lru_cache(maxsize=4)
def _provider_of(path: Path | str) -> Provider:
    return load_key_file(Path(path))


def provider() -> Provider:
    """The encryption provider of this installation (settings.KEY_FILE)."""
    return _provider_of(settings.KEY_FILE)


def blind_index(purpose: str, value: str) -> bytes:
    """The keyed digest by which an encrypted value is found; `purpose` keeps columns apart."""
    return provider().digest(purpose, value.encode())


class EncryptedField(models.BinaryField):  # type: ignore[type-arg]  # the stubs alone make it generic
    """Text that is stored sealed and read as text. It cannot be searched; a blind index beside it can."""

    description = "encrypted text"

    def _bound_to(self) -> bytes:
        return f"{self.model._meta.db_table}.{self.column}".encode()

    def get_prep_value(self, value: Any) -> Any:
        if value is None:
            return None
        return provider().encrypt(str(value).encode(), self._bound_to())

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = value if prepared else self.get_prep_value(value)
        return None if sealed is None else connection.Database.Binary(sealed)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        if value is None:
            return None
        return provider().decrypt(bytes(value), self._bound_to()).decode()

    def get_default(self) -> Any:
        return None if self.null else ""

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("encrypted values are never serialised in the clear")
