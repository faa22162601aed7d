"""Feed contracts and code lists from YAML. All mistakes are refused at once, with file, line and column."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from qianshao.words import Text
from qianshao.workbooks import contract as shape
from qianshao.workbooks.contract import Codelist, Column, Contract, Schedule
from qianshao.workbooks.pages import MAPPING, Page, Refusal
from qianshao.workbooks.titles import plain

FEEDS = "feeds"
CODELISTS = "codelists"


class ContractsRefused(Exception):
    """The contract files hold mistakes; `refusals` are all of them."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("\n".join(map(str, refusals)))
        self.refusals = tuple(refusals)


def load_contracts(folders: Sequence[Path]) -> dict[str, Contract]:
    """The contracts of rulebook folders (each with feeds/ and codelists/), by name, in order of name.

    A later folder replaces a contract or code list of the same name. Raises `ContractsRefused`.
    """
    refusals: list[Refusal] = []
    codelists = _codelists(folders, refusals)
    contracts = {}
    for path in _files(folders, FEEDS):
        page = Page.read(path, refusals)
        if page is not None and (contract := _contract(page, codelists)) is not None:
            contracts[contract.name] = contract
    if refusals:
        raise ContractsRefused(refusals)
    return dict(sorted(contracts.items()))


def load_codelists(folders: Sequence[Path]) -> dict[str, Codelist]:
    """The code lists of rulebook folders, by name. Raises `ContractsRefused`."""
    refusals: list[Refusal] = []
    codelists = _codelists(folders, refusals)
    if refusals:
        raise ContractsRefused(refusals)
    return codelists


def _codelists(folders: Sequence[Path], refusals: list[Refusal]) -> dict[str, Codelist]:
    found = {}
    for path in _files(folders, CODELISTS):
        page = Page.read(path, refusals)
        if page is not None and (codelist := _codelist(page)) is not None:
            found[codelist.name] = codelist
    return dict(sorted(found.items()))


def _files(folders: Sequence[Path], kind: str) -> list[Path]:
    return [path for folder in folders for path in sorted((folder / kind).glob("*.yaml"))]


def _codelist(page: Page) -> Codelist | None:
    content = page.content
    page.known(content, ("name", "label", "reference", "codes"), ("name", "label", "codes"))
    codes: dict[str, tuple[str, ...]] = {}
    labels: dict[str, Text] = {}
    entries = content.get("codes")
    for code, entry in (entries if isinstance(entries, CommentedMap) else {}).items():
        if not isinstance(code, str) or not isinstance(entry, CommentedMap):
            page.refuse(entries, code, _NOT_A_CODE, Text('"1": {zh: …, en: …}', '"1": {zh: …, en: …}'))
            continue
        page.known(entry, ("zh", "en", "texts"), ("zh", "en"))
        label = page.both(entries, code)
        labels[code] = label
        codes[code] = (label.zh, *page.texts(entry, "texts"))
    _unambiguous(page, content, codes)
    label = page.both(content, "label")
    name, reference = page.text(content, "name"), page.text(content, "reference")
    return Codelist(name, label, reference, codes, labels) if page.clean else None


_NOT_A_CODE = Text(
    "代码要写成文字，后面是中英文名称。", "A code is text, followed by its names in both languages."
)


def _unambiguous(page: Page, at: CommentedMap, codes: Mapping[str, Sequence[str]]) -> None:
    """No text may stand for two codes."""
    owner: dict[str, str] = {}
    for code, texts in codes.items():
        for text in texts:
            if owner.setdefault(plain(text), code) != code:
                other = owner[plain(text)]
                reason = Text(
                    f"“{text}”同时属于 {other} 和 {code}。", f"{text!r} stands for both {other} and {code}."
                )
                page.refuse(at, "codes", reason, Text("一个写法只对应一个代码", "One text for one code"))


_CONTRACT_KEYS = (
    "name", "label", "department", "meaning", "legal_basis", "reference", "kind", "delivers", "subject",
    "lands", "schedule", "key", "date", "columns",
)  # fmt: skip


def _contract(page: Page, codelists: Mapping[str, Codelist]) -> Contract | None:
    content = page.content
    page.known(content, _CONTRACT_KEYS, [key for key in _CONTRACT_KEYS if key != "date"])
    columns = tuple(_columns(page, codelists))
    _distinct(page, columns)
    found = Contract(
        name=page.text(content, "name"),
        label=page.both(content, "label"),
        department=page.both(content, "department"),
        meaning=page.both(content, "meaning"),
        legal_basis=page.both(content, "legal_basis"),
        reference=page.text(content, "reference"),
        kind=page.one_of(content, "kind", shape.KINDS),
        delivers=page.one_of(content, "delivers", shape.DELIVERS),
        subject=page.one_of(content, "subject", shape.SUBJECTS),
        lands=page.one_of(content, "lands", shape.LANDS),
        schedule=_schedule(page),
        key=page.texts(content, "key"),
        date=page.text(content, "date") or None,
        columns=columns,
        digest="",
    )
    _names_columns(page, found)
    return replace(found, digest=_digest(found)) if page.clean else None


def _digest(contract: Contract) -> str:
    content = json.dumps(asdict(contract), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _schedule(page: Page) -> Schedule:
    at = page.content.get("schedule")
    if not isinstance(at, CommentedMap):
        right = Text(
            "{every: month, due_day: 10, grace_days: 45}", "{every: month, due_day: 10, grace_days: 45}"
        )
        page.refuse(page.content, "schedule", Text("缺少报送周期。", "The schedule is missing."), right)
        return Schedule("month", 1, 0)
    keys = ("every", "due_day", "grace_days")
    page.known(at, keys, keys)
    every = page.one_of(at, "every", shape.PERIODS)
    return Schedule(every, page.whole(at, "due_day") or 0, page.whole(at, "grace_days") or 0)


def _names_columns(page: Page, contract: Contract) -> None:
    """Key and date must be columns, and a date column must hold dates."""
    types = {column.name: column.type for column in contract.columns}
    right = Text("、".join(types), ", ".join(types))
    for name in contract.key:
        if name not in types:
            page.refuse(
                page.content, "key", Text(f"没有“{name}”列。", f"There is no column {name!r}."), right
            )
    if contract.date is not None and types.get(contract.date) not in ("date", "month"):
        reason = Text(f"“{contract.date}”不是日期列。", f"{contract.date!r} is no column of dates.")
        page.refuse(page.content, "date", reason, right)
    if contract.kind != "roster" and contract.date is None:
        reason = Text("事件和状态类数据要写明日期列。", "Events and statuses need a date column.")
        page.refuse(page.content, None, reason, Text("date: …", "date: …"))


def _distinct(page: Page, columns: Sequence[Column]) -> None:
    """No two columns may share a name or a title."""
    owner: dict[str, str] = {}
    names: set[str] = set()
    for column in columns:
        if column.name in names:
            reason = Text(f"有两列叫“{column.name}”。", f"Two columns are called {column.name!r}.")
            page.refuse(page.content, "columns", reason, Text("一列一名", "One name for one column"))
        names.add(column.name)
        for title in column.titles:
            if owner.setdefault(plain(title), column.name) != column.name:
                other = owner[plain(title)]
                reason = Text(
                    f"表头“{title}”同时属于 {other} 和 {column.name}。",
                    f"The title {title!r} belongs to both {other} and {column.name}.",
                )
                page.refuse(
                    page.content, "columns", reason, Text("一个表头只属于一列", "One title for one column")
                )


_COLUMN_KEYS = (
    "name", "title", "synonyms", "type", "role", "required", "min", "max", "codes", "codelist", "empty",
    "meaning",
)  # fmt: skip


def _columns(page: Page, codelists: Mapping[str, Codelist]) -> list[Column]:
    entries = page.content.get("columns")
    if not isinstance(entries, CommentedSeq) or not entries:
        page.refuse(
            page.content, "columns", Text("没有列。", "There are no columns."), Text("- name: …", "- name: …")
        )
        return []
    found = []
    for at in entries:
        if isinstance(at, CommentedMap):
            found.append(_column(page, at, codelists))
        else:
            page.refuse(entries, None, Text("列要写成“键: 值”。", "A column has keys and values."), MAPPING)
    return found


def _column(page: Page, at: CommentedMap, codelists: Mapping[str, Codelist]) -> Column:
    page.known(at, _COLUMN_KEYS, ("name", "title", "type", "meaning"))
    codes, labels = _codes(page, at, codelists)
    required = at.get("required", False)
    if required not in (True, False, "column"):
        page.refuse(at, "required", Text("“required”写错了。", "'required' is wrong."), _REQUIRED)
    column = Column(
        name=page.text(at, "name"),
        title=page.text(at, "title"),
        synonyms=page.texts(at, "synonyms"),
        type=page.one_of(at, "type", shape.TYPES),
        meaning=page.both(at, "meaning"),
        role=page.one_of(at, "role", shape.ROLES) if "role" in at else None,
        required=required is True,
        present=bool(required),
        min=page.whole(at, "min"),
        max=page.whole(at, "max"),
        codes=codes,
        labels=labels,
        codelist=page.text(at, "codelist") or None,
        empty=page.text(at, "empty") or None,
    )
    if column.empty is not None and column.empty not in codes:
        right = Text("、".join(codes), ", ".join(codes))
        page.refuse(
            at, "empty", Text(f"没有代码“{column.empty}”。", f"There is no code {column.empty!r}."), right
        )
    return column


_REQUIRED = Text(
    "true（每行必填）、column（列必有，单元格可空）或 false",
    "true (every row), column (the column, cells may be empty) or false",
)


def _codes(
    page: Page, at: CommentedMap, codelists: Mapping[str, Codelist]
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, Text]]:
    coded = at.get("type") in ("code", "codes")
    if ("codes" in at) + ("codelist" in at) != int(coded):
        reason = Text(
            "代码列要写 codes 或 codelist 其一，其他列都不写。",
            "A code column has codes or a codelist; others neither.",
        )
        page.refuse(at, None, reason, Text("codelist: …", "codelist: …"))
        return {}, {}
    if "codelist" in at:
        named = codelists.get(page.text(at, "codelist"))
        if named is None:
            right = Text("、".join(codelists), ", ".join(codelists))
            page.refuse(at, "codelist", Text("没有这个代码表。", "There is no such code list."), right)
            return {}, {}
        return named.codes, named.labels
    entries = at.get("codes")
    if not isinstance(entries, CommentedMap):
        return {}, {}
    codes = {str(code): page.texts(entries, code) for code in entries}
    _unambiguous(page, at, codes)
    labels = {
        code: Text(texts[0] if texts else code, code.replace("_", " ").capitalize())
        for code, texts in codes.items()
    }
    return codes, labels
