"""What was searched for, sealed for the address of the result: no name and no number ends up in a URL."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from qianshao.access.encryption import Unreadable
from qianshao.access.fields import provider
from qianshao.access.models import User

LONGEST = 60


def sealed(text: str, user: User) -> str:
    """The text as it may stand in an address; it opens for this user only. Empty for an empty text."""
    wanted = text.strip()[:LONGEST]
    if not wanted:
        return ""
    return urlsafe_b64encode(provider().encrypt(wanted.encode(), _bound_to(user))).decode().rstrip("=")


def opened(token: str, user: User) -> str:
    """The text again; empty where the token is of somebody else, or of nobody."""
    try:
        box = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        return provider().decrypt(box, _bound_to(user)).decode() if box else ""
    except (Unreadable, binascii.Error, ValueError, IndexError):
        return ""


def _bound_to(user: User) -> bytes:
    return f"registry.search:{user.pk}".encode()
