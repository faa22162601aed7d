"""docs/reference/feeds.md from the shipped contracts: `write` it, or `check` that it is not stale."""

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path

from qianshao.words import Text
from qianshao.workbooks import Column, Contract, load_contracts

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/feeds.md"
NATIONAL = ROOT / "src/qianshao/rulebook/national"

HEAD = """\
# Feeds

Made by `tools/feeds_page.py` from the contracts in `src/qianshao/rulebook/national/feeds/`; change those,
then run `make fix`.

How a file is read:

- xlsx, xls, ods, or delimited text in UTF-8, UTF-16 or GB 18030 (told apart by content, not by name).
- The header may stand on any of the first 20 rows of any visible sheet, its columns in any order and among
  others; a title may carry a star, a unit in brackets, spaces. Sheets with the same header are all read.
- *every row*: the cell must be filled. *column*: the column must be there, its cells may be empty.
- Identity columns (with a role) say who or where; they are never landed beside the figures.
- Money stands in yuan in files and lands in whole fen.
- Codes: the first text of each is the right form, the others are accepted too.
- A row that repeats an earlier one of the file in every value counts once. A second row with the same key and
  other content is refused; a key with an identity number holds the name too, where the file has one. Two rows
  with a name and no number may be two people: both are accepted. The same key in a later delivery replaces
  the earlier row.
- A row dated after the last day of the file's period is refused; one dated before it is a late report.
"""

PERIODS = {"month": "month", "quarter": "quarter", "half_year": "half-year", "year": "year"}


def page() -> str:
    """The whole page."""
    contracts = list(load_contracts([NATIONAL]).values())
    lines = [HEAD, *overview(contracts)]
    for contract in contracts:
        lines += section(contract)
    return "\n".join(lines).rstrip() + "\n"


def both(text: Text) -> str:
    """Both languages in a table cell."""
    return f"{text.zh}<br>{text.en}"


def overview(contracts: list[Contract]) -> Iterator[str]:
    yield "| Feed | 名称 | From | Subject | Kind | Delivers | Due | Speaks for today |"
    yield "|---|---|---|---|---|---|---|---|"
    for contract in contracts:
        schedule = contract.schedule
        due = f"every {PERIODS[schedule.every]}, by day {schedule.due_day}"
        cells = [
            f"[`{contract.name}`](#{contract.name})",
            both(contract.label),
            both(contract.department),
            contract.subject,
            contract.kind,
            contract.delivers,
            due,
            f"until {schedule.grace_days} days after its coverage",
        ]
        yield f"| {' | '.join(cells)} |"
    yield ""


def section(contract: Contract) -> Iterator[str]:
    yield f'## <a id="{contract.name}"></a>{contract.label.zh} {contract.label.en}'
    yield ""
    yield f"{contract.meaning.zh}。 {contract.meaning.en}."
    yield ""
    yield f"- Lands: {contract.lands}. Key: {', '.join(f'`{name}`' for name in contract.key)}."
    if contract.date:
        yield f"- Dated by `{contract.date}`."
    yield f"- Basis: {contract.legal_basis.zh} ({contract.legal_basis.en})."
    yield f"- Columns after: {contract.reference}"
    yield ""
    yield "| Column | Title 表头 | Also known as | Type | Required | Meaning |"
    yield "|---|---|---|---|---|---|"
    for column in contract.columns:
        yield row(column)
    yield ""
    for column in contract.columns:
        if column.codes:
            yield from codes(column)


def row(column: Column) -> str:
    required = "every row" if column.required else "column" if column.present else ""
    bounds = [
        f"{sign} {bound}" for sign, bound in (("≥", column.min), ("≤", column.max)) if bound is not None
    ]
    kind = " ".join([column.type, *bounds])
    if column.role:
        kind += f"<br>role: {column.role}"
    cells = [
        f"`{column.name}`",
        column.title,
        "、".join(column.synonyms),
        kind,
        required,
        both(column.meaning),
    ]
    return f"| {' | '.join(cells)} |"


def codes(column: Column) -> Iterator[str]:
    """The codes of a column with the texts accepted for them."""
    shared = f" (code list `{column.codelist}`)" if column.codelist else ""
    yield f"`{column.name}`{shared}:"
    yield ""
    for code, texts in column.codes.items():
        others = f"; also {'、'.join(texts[1:])}" if texts[1:] else ""
        empty = "; an empty cell means this" if code == column.empty else ""
        yield f"- `{code}` {column.labels[code].en}: {texts[0]}{others}{empty}"
    yield ""


def main(command: str) -> int:
    """0 if the page is right or was written, 1 if it is stale."""
    wanted = page()
    if command == "write":
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    held = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if held == wanted:
        return 0
    changes = difflib.unified_diff(held.splitlines(), wanted.splitlines(), "held", "wanted", lineterm="", n=0)
    print(f"{PAGE.relative_to(ROOT)} is stale; run: python tools/feeds_page.py write")
    print("\n".join(list(changes)[:20]))
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
