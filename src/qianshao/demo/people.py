"""The people and households of the example county as they are, not as papers say."""

from dataclasses import dataclass, field
from datetime import date

from qianshao.demo.calendar import age
from qianshao.demo.places import Village

STAGES = {
    "preschool": "preschool",
    "primary": "primary",
    "grade": "junior",
    "senior": "senior",
    "vocational": "vocational",
    "college": "college",
    "bachelor": "college",
}


@dataclass(eq=False, slots=True)
class Person:
    """One person. Codes are those of the rulebook's code lists; wage is yuan a month while working."""

    name: str
    sex: str
    birth: date
    relation: str
    number: str
    education: str | None = None
    school: str | None = None
    school_cost: int = 0
    conditions: tuple[str, ...] = ("healthy",)
    ability: str = "none"
    working: bool = False
    place: str | None = None
    wage: int = 0
    insured: bool = True
    pension: bool = False
    employee: bool = False
    disability: tuple[str, str, date] | None = None
    slips: dict[str, str] = field(default_factory=dict)
    """The number that a feed states instead of `number`: a parent's, fifteen digits, a slip of the pen."""
    called: dict[str, str] = field(default_factory=dict)
    """The name that a feed states instead of `name`."""
    off_the_books: bool = False
    """Whether the register names no school though the person is of school age."""

    @property
    def listed_school(self) -> str | None:
        return None if self.off_the_books else self.school

    @property
    def stage(self) -> str | None:
        """The school feed's stage for a person in school."""
        if self.school is None or self.school == "preschool_age":
            return None
        return STAGES[self.school.split("_")[0]]

    def age(self, on: date) -> int:
        return age(self.birth, on)

    def can_work(self) -> bool:
        return self.ability in ("skilled", "ordinary", "weak")


@dataclass(eq=False, slots=True)
class Assistance:
    """Dibao or tekun: yuan a month for the household."""

    scheme: str
    started: date
    amount: int
    persons: int
    ended: date | None = None


@dataclass(eq=False, slots=True)
class Enterprise:
    """A registered business."""

    owner: int
    role: str
    credit_code: str
    registered: date
    capital: int
    closed: date | None = None


@dataclass(eq=False, slots=True)
class Vehicle:
    owner: int
    kind: str
    registered: date
    price: int
    use: str
    tail: str


@dataclass(eq=False, slots=True)
class Household:
    """A household with what it lives on. Money in yuan."""

    number: str
    village: Village
    group: str
    people: list[Person]
    base_type: str = "ordinary"
    monitored_kind: str = "none"
    phone: str = ""
    housing_grade: str | None = "B"
    water_safe: bool = True
    toilet: bool = True
    land_mu: float = 0.0
    relocated: bool = False
    surveyed: date = date(2026, 9, 1)
    per_head: float = 0.0
    """Net income per head that it can count on in a year."""
    savings: float = 0.0
    own_well: bool = False
    assistance: Assistance | None = None
    enterprise: Enterprise | None = None
    vehicles: list[Vehicle] = field(default_factory=list)

    @property
    def head(self) -> Person:
        return self.people[0]

    @property
    def size(self) -> int:
        return len(self.people)

    @property
    def watched(self) -> bool:
        """Whether offices follow it month by month: lifted or monitored."""
        return self.base_type == "lifted" or self.monitored_kind != "none"

    def workers(self) -> list[int]:
        """Indexes of the members with off-farm work."""
        return [index for index, person in enumerate(self.people) if person.working]
