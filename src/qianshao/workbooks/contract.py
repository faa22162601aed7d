"""What a department's file must look like and what it means: the values that a feed contract holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from qianshao.words import Text

# What a column may hold. The judged value of each: `values.py`.
TYPES = (
    "text",
    "code",
    "codes",
    "integer",
    "money",
    "decimal",
    "share",
    "date",
    "month",
    "boolean",
    "identity_number",
    "disability_number",
    "name",
    "area_code",
    "phone",
)

# What a column says about who or where a row is about. Columns with a role are never landed.
ROLES = (
    "number",
    "name",
    "birth_date",
    "sex",
    "village_code",
    "village_name",
    "household_number",
    "phone",
)

KINDS = ("roster", "events", "status")
DELIVERS = ("full", "changes")
SUBJECTS = ("person", "household", "village")
LANDS = ("feed", "registry")
PERIODS = ("month", "quarter", "half_year", "year")


@dataclass(frozen=True)
class Column:
    """One column of a file.

    `required`: every row must fill it. `present`: the file must have it, though cells may be empty (a
    required column is present too). `codes`: landed code to the texts accepted for it, of which the first is
    the right form; `labels`: the same codes in both languages. `empty`: the code that an empty cell means.
    """

    name: str
    title: str
    synonyms: tuple[str, ...]
    type: str
    meaning: Text
    role: str | None = None
    required: bool = False
    present: bool = False
    min: int | None = None
    max: int | None = None
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, Text] = field(default_factory=dict)
    codelist: str | None = None
    empty: str | None = None

    @property
    def titles(self) -> tuple[str, ...]:
        """Every header under which the column is known, ours first."""
        return (self.title, *self.synonyms)


@dataclass(frozen=True)
class Schedule:
    """How often a delivery is due, on which day of the month after its period, and for how many days after
    the end of its coverage it still speaks for today."""

    every: str
    due_day: int
    grace_days: int


@dataclass(frozen=True)
class Contract:
    """A feed: whose list it is, what a row means, and its columns in the order of our template.

    `key`: columns by which a row is the same row again, so that the later delivery wins. `date`: the column
    that dates a row (events: the day; status: the month; roster: none). `digest`: sha256 of the content.
    """

    name: str
    label: Text
    department: Text
    meaning: Text
    legal_basis: Text
    reference: str
    kind: str
    delivers: str
    subject: str
    lands: str
    schedule: Schedule
    key: tuple[str, ...]
    date: str | None
    columns: tuple[Column, ...]
    digest: str

    @property
    def landed(self) -> tuple[Column, ...]:
        """The columns that go to the feed store: all but those that say who or where."""
        return tuple(column for column in self.columns if column.role is None)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def with_role(self, role: str) -> Column | None:
        """The first column that plays `role`, if any."""
        return next((column for column in self.columns if column.role == role), None)


@dataclass(frozen=True)
class Codelist:
    """Codes that several feeds share, or that the platform itself speaks of (causes). Order is kept."""

    name: str
    label: Text
    reference: str
    codes: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, Text]
