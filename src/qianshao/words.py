"""Bilingual sentences for the packages that know nothing of web requests."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """One sentence or label in both languages; figures are put in by `format`."""

    zh: str
    en: str

    def format(self, **figures: object) -> "Text":
        """The same sentence with its `{named}` figures filled in; a figure that is a Text speaks both."""

        def spoken(language: str) -> dict[str, object]:
            return {n: f.in_language(language) if isinstance(f, Text) else f for n, f in figures.items()}

        return Text(self.zh.format(**spoken("zh")), self.en.format(**spoken("en")))

    def in_language(self, language: str) -> str:
        """The Chinese sentence for any `zh…` language, else the English one."""
        return self.zh if language.startswith("zh") else self.en


def terminal_language() -> str:
    """The language of a terminal's output: English where the terminal is set up so, else Chinese."""
    stated = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if stated.startswith("en") else "zh"
