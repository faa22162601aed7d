"""A page as a browser shows it: opened at phone and office width, in both languages, and looked at.

    def test_the_warnings_list(seen: Seen, county_officer: User) -> None:
        seen.page("screening:warnings", by=county_officer, name="warnings")

takes screens/warnings-{zh,en}-{390,1440}.png and fails on console errors, violations of the content security
policy, sideways scrolling, words that were left untranslated, fields and buttons without a name.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page

from qianshao.access.models import User

SCREENS = Path(__file__).resolve().parents[2] / "screens"
SCREENS.mkdir(exist_ok=True)
WIDTHS = {390: 844, 1440: 900}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
# English words that stay on Chinese pages: names of things, units, codes.
LATIN_ON_CHINESE_PAGES = {"English", "Excel", "Qianshao", "CSV", "xlsx", "csv", "GBK", "UTF", "pinyin"}

SIDEWAYS = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide <= 0) return [];
  return [...document.querySelectorAll('body *')]
    .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
      && !e.closest('.qs-scroll, .qs-saved, details:not([open])'))
    .slice(0, 5)
    .map((e) => e.tagName + '.' + e.getAttribute('class') + ' ' + e.textContent.trim().slice(0, 40));
}"""
NAMELESS = """() => [...document.querySelectorAll('button, a[href], input, select, textarea')]
  .filter((e) => e.type !== 'hidden')
  .filter((e) => {
    const name = e.getAttribute('aria-label') || e.textContent.trim() || e.getAttribute('aria-labelledby')
      || [...(e.labels || [])].map((l) => l.textContent.trim()).join('');
    return !name;
  }).map((e) => e.outerHTML.slice(0, 120))"""


@dataclass
class Seen:
    """Opens pages of the live server for a user and looks at them."""

    browser: Browser
    address: str
    faults: list[str] = field(default_factory=list)

    def page(
        self,
        route: str,
        *,
        by: User | None,
        name: str,
        kwargs: dict[str, Any] | None = None,
        query: str = "",
        expect: int = 200,
    ) -> None:
        """Look at a page in every width and language; fails with all faults found."""
        self.faults.clear()
        path = reverse(route, kwargs=kwargs) + (f"?{query}" if query else "")
        for short, language in LANGUAGES.items():
            for width in WIDTHS:
                where = f"{name}-{short}-{width}"
                with self.open(by=by, language=language, width=width, where=where) as page:
                    response = page.goto(self.address + path)
                    assert response is not None
                    assert response.status == expect, f"{where}: {response.status}"
                    self._look(page, where, short, width)
        if self.faults:
            pytest.fail("\n".join(self.faults))

    @contextmanager
    def open(
        self, *, by: User | None, language: str = "zh-hans", width: int = 1440, where: str = ""
    ) -> Iterator[Page]:
        """A browser page of a signed-in user; whatever its console says is a fault."""
        if by:
            User.objects.filter(pk=by.pk).update(language=language)
        context = self.browser.new_context(
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        if by:
            client = Client(SERVER_NAME="localhost")
            client.force_login(by, "django.contrib.auth.backends.ModelBackend")
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.address}]
            )
        page = context.new_page()
        page.on("console", lambda message: self._console(message, where))
        page.on("pageerror", lambda error: self.faults.append(f"{where}: {error}"))
        try:
            yield page
        finally:
            context.close()

    def _console(self, message: ConsoleMessage, where: str) -> None:
        # The browser itself reports an answer of 404 or 403 that a test asked for.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.faults.append(f"{where}: {message.text}")

    def _look(self, page: Page, where: str, language: str, width: int) -> None:
        page.screenshot(path=SCREENS / f"{where}.png", full_page=True)
        found = {
            "wider than the screen": page.evaluate(SIDEWAYS),
            "without a name": page.evaluate(NAMELESS),
            "not translated": untranslated(page.locator("body").inner_text(), language),
        }
        self.faults += [f"{where}: {kind}: {what}" for kind, items in found.items() for what in items]


def untranslated(text: str, language: str) -> list[str]:
    """Lines of a Chinese page that read as English sentences, and of an English page that hold Chinese words.

    Names of places and people are Chinese on English pages too, so there a line counts when it holds Chinese
    punctuation. On Chinese pages two English words in a row are one too many.
    """
    if language == "en":
        return [line for line in text.splitlines() if re.search("[。；]", line)]
    kept = re.sub("|".join(sorted(LATIN_ON_CHINESE_PAGES)), "", text)
    return [line for line in kept.splitlines() if re.search(r"\b[A-Za-z]{3,} [A-Za-z]{2,}\b", line)]
