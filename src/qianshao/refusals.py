"""What is refused on purpose: said in both languages, with what would be right, and never as a traceback."""

from qianshao.words import Text


class Refused(Exception):
    """A request that is not carried out, with the reason and the right form in words."""

    def __init__(self, reason: Text, right_form: Text | None = None) -> None:
        self.reason = reason
        self.right_form = right_form
        super().__init__(self.in_language("en"))

    def in_language(self, language: str) -> str:
        """Reason and right form as one sentence."""
        parts = [self.reason, *([self.right_form] if self.right_form else [])]
        joint = "。" if language.startswith("zh") else ". "
        return joint.join(part.in_language(language) for part in parts)
