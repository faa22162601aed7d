"""Bilingual sentences for the packages that know nothing of web requests."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """One sentence or label in both languages; figures are put in by `format`."""

    zh: str
    en: str

    def format(self, **figures: object) -> "Text":
        """The same sentence with its `{named}` figures filled in."""
        return Text(self.zh.format(**figures), self.en.format(**figures))

    def in_language(self, language: str) -> str:
        """The Chinese sentence for any `zh…` language, else the English one."""
        return self.zh if language.startswith("zh") else self.en
