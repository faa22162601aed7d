"""The words and figures of pages: money, dates, counts, states, deadlines, and the small pictures of them.

Built into every template, so a page needs no `{% load %}`. No inline style is allowed on pages: bars are SVG.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext_lazy

from qianshao.words import Text

register = template.Library()

# What is counted on pages. In Chinese the word is a measure word and does not change.
UNITS = {
    "household": ngettext_lazy("%(n)s household", "%(n)s households", "n"),
    "person": ngettext_lazy("%(n)s person", "%(n)s persons", "n"),
    "village": ngettext_lazy("%(n)s village", "%(n)s villages", "n"),
    "warning": ngettext_lazy("%(n)s warning", "%(n)s warnings", "n"),
    "row": ngettext_lazy("%(n)s row", "%(n)s rows", "n"),
    "file": ngettext_lazy("%(n)s file", "%(n)s files", "n"),
    "rule": ngettext_lazy("%(n)s rule", "%(n)s rules", "n"),
    "day": ngettext_lazy("%(n)s day", "%(n)s days", "n"),
    "item": ngettext_lazy("%(n)s item", "%(n)s items", "n"),
    "account": ngettext_lazy("%(n)s account", "%(n)s accounts", "n"),
    "event": ngettext_lazy("%(n)s event", "%(n)s events", "n"),
}
OVERDUE = ngettext_lazy("%(n)s day overdue", "%(n)s days overdue", "n")
LEFT = ngettext_lazy("%(n)s day left", "%(n)s days left", "n")
AGO = ngettext_lazy("%(n)s day ago", "%(n)s days ago", "n")
AFTER_ADDRESS = re.compile(r"(?<=[\w/])（", re.ASCII)
PAIR = re.compile("（([^（）]*) / ([^（）]*)）")
# A state never stands without its icon.
STATE_ICONS = {
    "late": "clock",
    "soon": "alert",
    "done": "check",
    "note": "new",
    "unknown": "ask",
    "plain": "go",
}


@register.filter
def say(text: Text | str) -> str:
    """A bilingual sentence in the language of the page; other text as it is."""
    return text.in_language(get_language() or "") if isinstance(text, Text) else text


@register.filter
def cite(reference: str) -> str:
    """A reference in the language of the page, where it stands as “中文 / English”."""
    chinese = not (get_language() or "").startswith("en")
    plain = PAIR.sub(lambda pair: f"（{pair[1]}）" if chinese else f" ({pair[2]})", reference)
    plain = AFTER_ADDRESS.sub(" （", plain)  # else the bracket would be taken for a part of the address
    halves = plain.split(" / ")
    return halves[0] if chinese else halves[-1]


@register.filter
def number(value: int | float | Decimal | None, places: int = 0) -> str:
    """A figure with thousands separators and a true minus sign; a dash for none."""
    if value is None:
        return "—"
    return f"{value:,.{places}f}".replace("-", "−")


@register.filter
def yuan(fen: int | None) -> str:
    """Whole fen as yuan without the unit: 18,420 or 18,420.50."""
    if fen is None:
        return "—"
    whole, rest = divmod(abs(fen), 100)
    sign = "−" if fen < 0 else ""
    return f"{sign}{whole:,}.{rest:02d}" if rest else f"{sign}{whole:,}"


@register.filter
def money(fen: int | None) -> str:
    """Whole fen as yuan with the unit, on one line."""
    return format_html('<span class="qs-nowrap">{}</span>', f"{yuan(fen)} {gettext('yuan')}")


@register.filter
def day(value: date | None) -> str:
    """A date on one line: 2026-11-16; of a moment, the day it was in the office."""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return format_html('<span class="qs-nowrap">{}</span>', value.isoformat()[:10]) if value else "—"


@register.filter
def moment(value: datetime | None) -> str:
    """A moment in the time of the office, to the minute."""
    if value is None:
        return "—"
    return format_html('<span class="qs-nowrap">{}</span>', f"{timezone.localtime(value):%Y-%m-%d %H:%M}")


@register.filter
def count(n: int, unit: str) -> str:
    """How many of what, on one line: 160 户. `unit` is a key of UNITS."""
    return format_html('<span class="qs-nowrap">{}</span>', str(UNITS[unit] % {"n": Counted(n)}))


@register.filter
def unit_of(n: int, unit: str) -> str:
    """The word alone, where the figure stands apart."""
    return str(UNITS[unit] % {"n": Counted(n)}).replace(number(n), "").strip()


class Counted(int):
    """A number that chooses the plural form by its value and is written with separators."""

    def __str__(self) -> str:
        return number(int(self))


@register.filter
def lasting(span: timedelta) -> str:
    """How long something took: 12 秒, 3 分 5 秒."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    if minutes:
        return gettext("%(m)d min %(s)d s") % {"m": minutes, "s": seconds}
    return gettext("%(s)d s") % {"s": seconds}


@register.filter
def percent(share: float | Decimal | None) -> str:
    """A share of 1 as 43.2%."""
    return "—" if share is None else f"{float(share) * 100:.1f}%"


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture from the icon file; the words beside it say what it means."""
    return format_html(
        '<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', static("qianshao/icons.svg"), name
    )


@register.simple_tag
def status(kind: str, words: Text | str, icon_name: str = "") -> SafeString:
    """A state as icon, word and colour. Kinds: late, soon, done, note, unknown, plain."""
    picture = icon(icon_name or STATE_ICONS[kind])
    return format_html('<span class="qs-tag is-{}">{}{}</span>', kind, picture, say(words))


@register.simple_tag(takes_context=True)
def due(context: dict[str, Any], on: date | None) -> SafeString:
    """A deadline in days from the page's `today`: 逾期 4 天, 今天到期, 还有 5 天."""
    if on is None:
        return mark_safe("—")
    days = (on - context["today"]).days
    kind = "late" if days < 0 else "soon" if days <= 1 else "plain"
    picture = icon("clock" if days <= 1 else "cal")
    return format_html('<span class="qs-due is-{}">{}{}</span>', kind, picture, due_words(days))


def due_words(days: int) -> str:
    """How many days are left, in words."""
    if days < 0:
        return str(OVERDUE % {"n": Counted(-days)})
    near = {0: gettext("Due today"), 1: gettext("Due tomorrow")}
    return near.get(days) or str(LEFT % {"n": Counted(days)})


@register.simple_tag(takes_context=True)
def ago(context: dict[str, Any], on: date) -> str:
    """How long before the page's `today` something was."""
    days = (context["today"] - on).days
    return gettext("today") if days == 0 else str(AGO % {"n": Counted(days)})


@register.simple_tag
def figure(value: str | int, unit: str = "", address: str = "") -> SafeString:
    """A figure of a sentence or table; with an address it opens to its records."""
    shown = number(value) if isinstance(value, int) else value
    label = format_html('<span class="u">{}</span>', unit) if unit else ""
    if address:
        return format_html('<a class="qs-n" href="{}">{}</a>{}', address, shown, label)
    return format_html("{}{}", shown, label)


@register.inclusion_tag("qianshao/parts/big_figure.html")
def big_figure(title: str, n: int, unit: str, address: str, icon: str = "", note: str = "") -> dict[str, Any]:
    """A figure of the overview: title, number, unit, note; the whole opens to the records."""
    word = unit_of(n, unit)
    return {"title": title, "n": n, "unit": word, "address": address, "icon": icon, "note": note}


@register.simple_tag
def unknown(words: Text | str = "") -> SafeString:
    """Something that is not known, hatched; unknown is never shown as zero."""
    return format_html('<span class="qs-unknown">{}</span>', say(words) or gettext("not known"))


@register.inclusion_tag("qianshao/parts/sort_header.html", takes_context=True)
def sort_header(context: dict[str, Any], key: str, label: str, css: str = "") -> dict[str, Any]:
    """A column head that sorts by `?sort=key` and, pressed again, by `?sort=-key`."""
    now = context.get("sort") or context["request"].GET.get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    query = context["request"].GET.copy()
    query["sort"] = f"-{key}" if direction == "ascending" else key
    query.pop("page", None)
    return {"label": label, "direction": direction, "query": query.urlencode(), "css": css}


@register.inclusion_tag("qianshao/parts/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Page[Any], unit: str = "item") -> dict[str, Any]:
    """Which part of a list is shown, and the ways to the others."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {"page": page, "unit": unit, "query": query.urlencode()}


@register.inclusion_tag("qianshao/parts/blocked.html")
def blocked(label: str, reason: Text | str, why: str = "why") -> dict[str, Any]:
    """A button that cannot be pressed yet, and why. `why` is the id of the reason on this page."""
    return {"label": label, "reason": reason, "why": why}


@register.simple_tag
def coverage(known: int, total: int) -> SafeString:
    """The known part of a whole solid, the rest hatched, and the per cent."""
    if not total:
        return mark_safe("—")
    share = f"{100 * known / total:.1f}"
    return format_html(
        '<span class="qs-cover"><svg class="b" aria-hidden="true"><rect width="{0}%" height="100%"/></svg>'
        '<span class="v">{0}<span class="u">%</span></span></span>',
        share,
    )


@register.simple_tag
def progress_bar(share: int, words: str = "") -> SafeString:
    """Per cent done of long work."""
    return format_html(
        '<svg class="qs-progress" role="progressbar" aria-label="{1}" aria-valuemin="0" aria-valuemax="100" '
        'aria-valuenow="{0}"><rect width="{0}%" height="100%"/></svg>',
        share,
        words,
    )


@register.simple_tag
def mini_bar(value: float, limit: float) -> SafeString:
    """Value against limit in a table cell: what they share calm, what lies between them red. Empty for a
    limit of 0."""
    if limit <= 0:
        return mark_safe("")
    value = max(value, 0)
    end = max(value, limit) * 1.15
    return format_html(
        '<svg class="qs-mini" aria-hidden="true"><rect class="fill" width="{}%" height="100%"/>'
        '<rect class="over" x="{}%" width="{}%" height="100%"/>'
        '<rect class="line" x="{}%" width="2" height="100%"/></svg>',
        *(
            f"{100 * part / end:.1f}"
            for part in (min(value, limit), min(value, limit), abs(value - limit), limit)
        ),
    )


@register.inclusion_tag("qianshao/parts/margin_bar.html")
def margin_bar(
    value: float, limit: float, value_words: str, limit_words: str, margin_words: str
) -> dict[str, Any]:
    """Value against limit under the sentence of a warning, with all three named in words. What lies between
    them is red, whether the value is above the limit or below it."""
    end = max(value, limit) * 1.08 or 1
    at_value, at_limit = 100 * max(value, 0) / end, 100 * max(limit, 0) / end
    return {
        "fill": f"{min(at_value, at_limit):.1f}",
        "limit": f"{at_limit:.1f}",
        "from": f"{min(at_value, at_limit):.1f}",
        "over": f"{abs(at_value - at_limit):.1f}",
        "value": f"{at_value:.1f}",
        "limit_anchor": _anchor(at_limit),
        "value_anchor": _anchor(at_value),
        "value_words": value_words,
        "limit_words": limit_words,
        "margin_words": margin_words,
    }


def _anchor(at: float) -> str:
    # Words near an edge must not leave the picture.
    return "start" if at < 25 else "end" if at > 60 else "middle"


@register.simple_tag
def chart(element: str, summary: str) -> SafeString:
    """The place of a chart; its data is the `json_script` with the id `element`-data, its words `summary`."""
    return format_html(
        '<div class="qs-chart" id="{0}" data-chart="{0}-data" role="img" aria-label="{1}"></div>',
        element,
        summary,
    )
