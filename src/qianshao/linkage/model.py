"""The linkage model as data: what is compared, in which levels, and how much each level weighs.

Per level, `m` is the share of true pairs that show it and `u` the share of unrelated pairs. No published set
of Chinese names with truth exists, so these are defaults of our own: m is the order of error in doubtful rows
(the others were linked by number); u of levels with `agrees_on` gives way to what the register itself shows.
The last level of a comparison takes what the others leave. `_l` and `_r` are the two sides of a pair.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from qianshao.words import Text

SHARE_IN_REGISTER = 0.8  # of doubtful identities; the others are of people who were never registered
PAIRS_BEHIND_DEFAULTS = 100_000  # a default u counts as so many pairs of the register
PEOPLE_BEHIND_DEFAULTS = 1_000  # and the frequency of a value as so many people
LEAST_SCORE = 0.01
MOST_SCORE = 0.9999  # a model is never certain
MOST_CANDIDATES = 5


@dataclass(frozen=True)
class Level:
    """One degree of agreement. `m` and `u` are None in the last level; `agrees_on`: which column."""

    code: str
    label: Text
    sql: str
    m: float | None = None
    u: float | None = None
    agrees_on: str | None = None
    frequency_of: str | None = None  # agreement on a rare value of this column weighs more


@dataclass(frozen=True)
class Comparison:
    """One question about a pair, its levels from strongest to weakest. `silent`: when it says nothing."""

    name: str
    silent: str
    not_compared: Text
    levels: tuple[Level, ...]


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _missing(column: str) -> str:
    return f"({column}_l is null or {column}_r is null)"


def _apart(column: str, steps: int) -> str:
    return f"damerau_levenshtein({column}_l, {column}_r) <= {steps}"


def _places(column: str, first: int, length: int) -> str:
    return f"substr({column}_l, {first}, {length}) = substr({column}_r, {first}, {length})"


def _one_character(column: str) -> str:
    """Replaced or left out. By places: DuckDB's edit distances count bytes, three to a Chinese character."""
    replaced = [
        f"{_without(f'{column}_l', place)} = {_without(f'{column}_r', place)}" for place in range(1, 5)
    ]
    dropped = [
        f"{_without(f'{column}_{longer}', place)} = {column}_{shorter}"
        for longer, shorter in ("lr", "rl")
        for place in range(2, 5)
    ]
    same_length = f"length({column}_l) = length({column}_r)"
    return f"({same_length} and ({' or '.join(replaced)})) or {' or '.join(dropped)}"


def _without(text: str, place: int) -> str:
    return f"substr({text}, 1, {place - 1}) || substr({text}, {place + 1})"


def _month_for_day(date: str) -> str:
    return f"substr({date}, 1, 4) || substr({date}, 7, 2) || substr({date}, 5, 2)"


def _shuffled(column: str, first: int, length: int) -> str:
    sides = [f"list_sort(string_split(substr({column}_{side}, {first}, {length}), ''))" for side in "lr"]
    return " = ".join(sides)


NAME = Comparison(
    "name",
    _missing("name"),
    Text("未报姓名", "no name stated"),
    (
        Level("same", Text("姓名相同", "same name"), _same("name"), 0.60, 2e-4, "name", "name"),
        Level(
            "same_sound",
            Text("姓名读音相同", "name sounds the same"),
            _same("sound"),
            0.15,
            2e-4,
            "sound",
            "sound",
        ),
        Level(
            "one_character",
            Text("姓名只差一个字，或次序颠倒", "name differs in one character, or their order"),
            f"greatest(length(name_l), length(name_r)) >= 3 and ({_one_character('name')}"
            f" or {_same('name_letters')}"
            " or (length(name_l) >= 5 and jaro_winkler_similarity(name_l, name_r) >= 0.92))",
            0.12,
            2e-3,
        ),
        Level(
            "same_surname", Text("同姓不同名", "same surname only"), _same("surname"), 0.07, 0.03, "surname"
        ),
        Level("differs", Text("姓名不同", "names differ"), ""),
    ),
)

BIRTH_DATE = Comparison(
    "birth_date",
    _missing("birth"),
    Text("未报出生日期", "no birth date stated"),
    (
        Level("same", Text("出生日期相同", "same birth date"), _same("birth"), 0.80, 5e-5, "birth"),
        Level(
            "slip",
            Text(
                "出生日期错一位、颠倒相邻两位或月日颠倒",
                "birth date one digit off, two swapped, or month for day",
            ),
            f"{_apart('birth', 1)} or birth_l = {_month_for_day('birth_r')}",
            0.08,
            1.5e-3,
        ),
        Level(
            "same_year",
            Text("出生年份相同", "same birth year"),
            _same("birth_year"),
            0.06,
            0.016,
            "birth_year",
        ),
        Level("differs", Text("出生日期不同", "birth dates differ"), ""),
    ),
)

SEX = Comparison(
    "sex",
    _missing("sex"),
    Text("未报性别", "no sex stated"),
    (
        Level("same", Text("性别相同", "same sex"), _same("sex"), 0.97, 0.5, "sex"),
        Level("differs", Text("性别不同", "sexes differ"), ""),
    ),
)

NUMBER = Comparison(
    "number",
    _missing("number"),
    Text("没有可比的身份证号", "no identity numbers to compare"),
    (
        # Numbers that are equal and yet doubtful are mostly lent within a family: little weight, on purpose.
        Level("same", Text("身份证号相同", "same identity number"), _same("number"), 0.05, 2e-3),
        Level(
            "check_only",
            Text("身份证号只差校验码", "identity number differs in the check character only"),
            _places("number", 1, 17),
            0.06,
            1e-6,
        ),
        Level(
            "slip",
            Text("身份证号错一位或颠倒相邻两位", "identity number one digit off, or two swapped"),
            _apart("number", 1),
            0.35,
            2e-6,
        ),
        Level(
            "sequence_shuffled",
            Text(
                "身份证号第 15 至 17 位次序颠倒",
                "places 15 to 17 of the identity number are in another order",
            ),
            f"{_places('number', 1, 14)} and {_shuffled('number', 15, 3)}",
            0.05,
            1e-6,
        ),
        Level(
            "area_only",
            Text("身份证号只有地区码不同", "identity number differs in the area code only"),
            _places("number", 7, 11),
            0.05,
            1e-6,
        ),
        Level(
            "two_slips",
            Text("身份证号错两位", "identity number two digits off"),
            _apart("number", 2),
            0.05,
            5e-6,
        ),
        Level(
            "birth_date_in_number",
            Text("身份证号中的出生日期相同", "the birth date within the identity number is the same"),
            "number_birth_l = birth_r or number_birth_r = birth_l",
            0.12,
            5e-5,
            "birth",
        ),
        Level("differs", Text("身份证号不同", "identity numbers differ"), ""),
    ),
)

IN_HOUSEHOLD = f"coalesce({_same('household_number')}, false) or coalesce({_same('number_household')}, false)"

HOUSEHOLD = Comparison(
    "household",
    f"{_missing('household_number')} and {_missing('head_name')} and not ({IN_HOUSEHOLD})",
    Text("户无可比", "no household to compare"),
    (
        Level(
            "same",
            Text("户编号相同", "same household number"),
            _same("household_number"),
            0.60,
            3e-4,
            "household_number",
        ),
        Level(
            "number_of_member",
            Text("所报身份证号是同户家人的", "the stated number is of a member of the same household"),
            _same("number_household"),
            0.15,
            3e-4,
        ),
        Level(
            "same_head",
            Text("户主姓名相同", "same name of head"),
            _same("head_name"),
            0.15,
            1e-3,
            "head_name",
        ),
        Level("differs", Text("户不同", "households differ"), ""),
    ),
)

VILLAGE = Comparison(
    "village",
    # The village of the same household says nothing more than the household does.
    f"{_missing('village')} or {IN_HOUSEHOLD}",
    Text("未报村，或已按户比较", "no village stated, or compared by household"),
    (
        Level("same", Text("同村", "same village"), _same("village"), 0.85, 0.01, "village"),
        Level("same_township", Text("同乡镇", "same township"), _same("township"), 0.07, 0.08, "township"),
        Level("differs", Text("不在同一乡镇", "not in one township"), ""),
    ),
)

COMPARISONS = (NAME, BIRTH_DATE, SEX, NUMBER, HOUSEHOLD, VILLAGE)
LEVELS = tuple(level for comparison in COMPARISONS for level in comparison.levels)
AGREEING_COLUMNS = tuple(sorted({level.agrees_on for level in LEVELS if level.agrees_on}))
USUAL_FREQUENCIES = {level.frequency_of: level.u for level in LEVELS if level.frequency_of and level.u}

# Only pairs that agree on one of these are compared at all. Each is met by a handful of people per thousand,
# and any one wrong digit of a number leaves one of its four pieces whole.
BLOCKS: tuple[tuple[str, ...], ...] = (
    ("sound",),
    ("any_birth",),
    ("number_birth_place",),
    ("number_tail",),
    ("number_ends",),
    ("number_middle",),
    ("household_number",),
    ("number_household",),
    ("head_name", "village"),
    ("village", "birth_year", "sex"),
    ("village", "name_start"),
    ("village", "name_end"),
    ("name_letters",),
)

PIECES_OF_NUMBER: Mapping[str, tuple[tuple[int, int], ...]] = {
    "number_birth_place": ((0, 14),),
    "number_tail": ((10, 18),),
    "number_ends": ((0, 10), (14, 18)),
    "number_middle": ((6, 17),),
}

START = Text("起点：登记的 {persons} 人中的任意一人", "Start: any one of the {persons} people registered")


def weights(collisions: Mapping[str, tuple[int, int]]) -> dict[tuple[str, str], tuple[float, float]]:
    """`m` and `u` of every level. `collisions` per column: pairs of the register that agree, pairs in all.

    A weaker level counts only pairs that no stronger one took, so its share is what is left of the column's.
    """
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for comparison in COMPARISONS:
        taken = m_left = u_left = 0.0
        for level in comparison.levels:
            if level.m is None or level.u is None:
                found[comparison.name, level.code] = (1 - m_left, max(1 - u_left, 1e-6))
                continue
            u = level.u
            if level.agrees_on:
                agreeing, pairs = collisions.get(level.agrees_on, (0, 0))
                share = (agreeing + (level.u + taken) * PAIRS_BEHIND_DEFAULTS) / (
                    pairs + PAIRS_BEHIND_DEFAULTS
                )
                u, taken = max(share - taken, level.u / 100), max(share, taken)
            found[comparison.name, level.code] = (level.m, u)
            m_left, u_left = m_left + level.m, u_left + u
    return found
