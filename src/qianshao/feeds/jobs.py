"""Taking in a file in the background."""

from typing import Any

from django.urls import reverse

from qianshao.access import audit
from qianshao.feeds import words
from qianshao.feeds.actions.deliveries import process
from qianshao.feeds.actions.linking import link
from qianshao.feeds.models import Delivery
from qianshao.work.kinds import Report, kind

# Judging and landing take most of the time, finding out who the rows are about the rest.
JUDGED = 0.9


def _address(result: dict[str, Any]) -> str:
    return reverse("feeds:delivery", kwargs={"key": result["delivery"]})


@kind("feeds.deliver", label=words.TAKING_IN, address=_address)
def deliver(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Take in the received delivery with the key `delivery`, and link its rows."""
    delivery = Delivery.objects.select_related("received_by").get(pk=payload["delivery"])
    by = delivery.received_by.username if delivery.received_by else audit.SYSTEM
    report(words.JUDGING, 0.0)
    process(delivery=delivery, by=by, progress=lambda share: report(words.JUDGING, share * JUDGED))
    report(words.LINKING, JUDGED)
    link(by=by)
    return {"delivery": delivery.pk}
