"""The tables of the feeds, one module per entity."""

from qianshao.feeds.models.deliveries import Delivery, RefusedRow, StagedRow
from qianshao.feeds.models.identities import LinkCandidate, LinkDecision, StatedIdentity

__all__ = ["Delivery", "LinkCandidate", "LinkDecision", "RefusedRow", "StagedRow", "StatedIdentity"]
