"""A seeded register of Chinese names and rows about it with planted errors, and the truth about each row.

Surname shares and kinds of error are those that departments' lists are known for: homophones, variant
characters, wrong and swapped digits, a parent's number given for a child, numbers of 15 digits, area codes
"corrected" after a county was renamed, people whom the register does not know.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qianshao.linkage.identity_numbers import check_character
from qianshao.linkage.people import Person, Stated

SURNAMES = {"王": 749, "李": 737, "张": 703, "刘": 531, "陈": 456, "杨": 309, "黄": 222, "赵": 228, "周": 214}
SURNAMES |= {
    "吴": 205,
    "徐": 167,
    "孙": 153,
    "马": 130,
    "胡": 131,
    "朱": 141,
    "郭": 127,
    "何": 121,
    "林": 115,
}
SURNAMES |= {
    "高": 102,
    "罗": 86,
    "郑": 93,
    "梁": 84,
    "谢": 77,
    "宋": 82,
    "唐": 69,
    "许": 66,
    "韩": 70,
    "冯": 64,
}
SURNAMES |= {
    "邓": 62,
    "曹": 60,
    "彭": 60,
    "曾": 58,
    "肖": 58,
    "田": 52,
    "董": 51,
    "潘": 50,
    "袁": 52,
    "于": 50,
}

# Each pair sounds alike: the planted homophones change one into the other.
HOMOPHONES = (
    "英瑛 伟玮 丽莉 芳方 军君 建健 兰岚 梅玫 静敬 婷亭 霞侠 明铭 华桦 峰锋 杰洁 "
    "涛滔 辉晖 玉钰 珍贞 志智 平萍 红宏 文雯 龙隆 林琳 云芸 秀琇 桂贵 凤奉 新鑫"
)
ALIKE = {
    HOMOPHONES[at + one]: HOMOPHONES[at + 1 - one] for at in range(0, len(HOMOPHONES), 3) for one in (0, 1)
}
GIVEN = [*ALIKE, *"国强生福德春香爱金永成海波勇超敏磊洋艳娟刚"]
SIMPLIFIED = "张刘陈杨赵吴孙马罗郑谢宋许韩冯邓肖伟丽军兰华杰涛辉凤龙云红贵峰"
TRADITIONAL = "張劉陳楊趙吳孫馬羅鄭謝宋許韓馮鄧蕭偉麗軍蘭華傑濤輝鳳龍雲紅貴峯"
VARIANTS = str.maketrans(SIMPLIFIED, TRADITIONAL)

# The names that were in fashion, by the year from which on.
COMMON = {
    1945: ("秀英", "桂英", "玉兰", "秀兰", "桂兰", "玉英", "建国", "国强", "金生", "福生", "德福"),
    1965: ("建国", "建军", "国强", "爱华", "红霞", "秀珍", "玉珍", "志强", "志华", "春梅", "海军"),
    1985: (*"伟静丽芳敏磊洋艳勇杰超娟涛明婷刚", "志强", "海波", "丽娟"),
}

OLD_COUNTY, COUNTY = "990103", "990112"


@dataclass(frozen=True)
class Planted:
    """A row with a known kind of error; `person` is the truth, None for people outside the register."""

    kind: str
    stated: Stated
    person: int | None


def number_for(born: date, sequence: int, county: str = COUNTY) -> str:
    body = f"{county}{born:%Y%m%d}{sequence:03}"
    return body + check_character(body)


def register(persons: int, seed: int) -> list[Person]:
    """About `persons` people in households of one to six, in villages where two surnames are half of all."""
    draw = random.Random(seed)
    villages = [f"/1/2/3/{township}/{township * 100 + n}/" for township in range(10, 22) for n in range(9)]
    local = {village: draw.choices(list(SURNAMES), list(SURNAMES.values()), k=2) for village in villages}
    made: list[Person] = []
    household = 0
    while len(made) < persons:
        household += 1
        village = draw.choice(villages)
        made += _household(draw, household, village, local[village], len(made))
    return made


def _household(
    draw: random.Random, household: int, village: str, local: Sequence[str], first_key: int
) -> list[Person]:
    surname = draw.choice(local) if draw.random() < 0.5 else _surname(draw)
    head_born = date(1945, 1, 1) + timedelta(draw.randrange(365 * 45))
    head_name = surname + _given(draw, head_born)
    members = [(head_name, head_born, draw.choice("1112"), "head")]
    if draw.random() < 0.8:
        born = head_born + timedelta(draw.randrange(-1500, 1500))
        members.append((_surname(draw) + _given(draw, born), born, "2", "spouse"))
    # Brothers and sisters often share the first character of their given names.
    generation = draw.choice(GIVEN)
    for _ in range(draw.choice([0, 1, 1, 2, 2, 3])):
        born = head_born + timedelta(draw.randrange(8000, 13000))
        shared = generation + draw.choice(GIVEN) if draw.random() < 0.6 else _given(draw, born)
        members.append((surname + shared, born, draw.choice("12"), "child"))
    return [
        Person(
            key=first_key + place,
            name=name,
            number=number_for(born, draw.randrange(500) * 2 + int(sex == "1")),
            birth_date=born,
            sex=sex,
            village=village,
            household=household,
            relation=relation,
            household_number=f"9901{household:08}",
            head_name=head_name,
        )
        for place, (name, born, sex, relation) in enumerate(members)
    ]


def _surname(draw: random.Random) -> str:
    return draw.choices(list(SURNAMES), list(SURNAMES.values()))[0]


def _given(draw: random.Random, born: date) -> str:
    """A name of the time in two of five cases, else one or two characters of the pool."""
    if draw.random() < 0.4:
        return draw.choice(COMMON[max(since for since in COMMON if since <= max(born.year, 1945))])
    return "".join(draw.choice(GIVEN) for _ in range(draw.choice([1, 2, 2, 2])))


def rows(people: Sequence[Person], each: int, seed: int) -> list[Planted]:
    """`each` rows of every kind of error, drawn from the register, in a fixed order."""
    draw = random.Random(seed)
    families = defaultdict(list)
    for person in people:
        families[person.household].append(person)
    made: list[Planted] = []
    for kind, spoil in KINDS.items():
        taken = 0
        while taken < each:
            person = draw.choice(people)
            as_known = Stated(
                len(made), person.number, person.name, person.birth_date, person.sex, person.village
            )
            spoiled = spoil(draw, as_known, families[person.household])
            if spoiled is not None:
                known = None if kind == "never_registered" else person.key
                made.append(Planted(kind, spoiled, known))
                taken += 1
    return made


Spoil = Callable[[random.Random, Stated, Sequence[Person]], Stated | None]


def _right(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated:
    return row


def _fifteen(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    number = str(row.number)
    return replace(row, number=number[:6] + number[8:17], birth_date=None) if number[6:8] == "19" else None


def _homophone_by_number(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    return replace(row, name=_homophone(str(row.name)))


def _homophone_no_number(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    name = _homophone(str(row.name))
    return None if name == row.name else replace(row, name=name, number=None)


def _homophone_no_birth(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    name = _homophone(str(row.name))
    return None if name == row.name else replace(row, name=name, number=None, birth_date=None)


def _variant_and_digit(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    name = str(row.name).translate(VARIANTS)
    wrong = _wrong_digit(draw, row, family)
    return None if name == row.name else replace(wrong, name=name)


def _wrong_digit(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated:
    number, place = str(row.number), draw.randrange(17)
    wrong = draw.choice([digit for digit in "0123456789" if digit != number[place]])
    return replace(row, number=number[:place] + wrong + number[place + 1 :], birth_date=None, sex=None)


def _swapped_neighbours(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    number, place = str(row.number), draw.randrange(16)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    return (
        None if swapped == number else replace(row, number=swapped, birth_date=None, sex=None, village=None)
    )


def _swapped_sequence(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    number = str(row.number)
    swapped = number[:14] + number[16] + number[15] + number[14] + number[17]
    return None if swapped == number else replace(row, number=swapped, birth_date=None, sex=None)


def _area_corrected(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated:
    return replace(row, number=OLD_COUNTY + str(row.number)[6:], birth_date=None, sex=None)


def _parents_number(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    head = next(person for person in family if person.relation == "head")
    is_child = any(person.number == row.number and person.relation == "child" for person in family)
    return replace(row, number=head.number) if is_child else None


def _parents_number_no_birth(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    lent = _parents_number(draw, row, family)
    return lent and replace(lent, birth_date=None, sex=None)


def _no_number(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated:
    return replace(row, number=None)


def _name_and_village(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated:
    return replace(row, number=None, birth_date=None, sex=None)


def _birth_slip(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    assert row.birth_date
    try:
        slipped = row.birth_date.replace(month=row.birth_date.day, day=row.birth_date.month)
    except ValueError:
        slipped = row.birth_date.replace(year=row.birth_date.year + 1, day=min(row.birth_date.day, 28))
    return None if slipped == row.birth_date else replace(row, number=None, birth_date=slipped)


def _one_character(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    name = str(row.name)
    changed = name[:-1] + draw.choice(GIVEN)
    return None if changed == name or len(name) < 3 else replace(row, name=changed, number=None)


def _two_errors(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    slipped = _birth_slip(draw, row, family)
    return slipped and _one_character(draw, slipped, family)


def _one_character_no_birth(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated | None:
    changed = _one_character(draw, row, family)
    return changed and replace(changed, birth_date=None)


def _name_only(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated:
    return Stated(row.key, name=row.name)


def _nickname_in_household(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated:
    return replace(
        row,
        name=_surname(draw) + _given(draw, row.birth_date or date(1970, 1, 1)),
        number=None,
        household_number=family[0].household_number,
    )


def _by_head(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated:
    return replace(row, number=None, birth_date=None, sex=None, head_name=family[0].head_name)


def _never_registered(draw: random.Random, row: Stated, family: Sequence[Person]) -> Stated:
    """Somebody else of the village, with a name and a birth date as people there have them."""
    born = date(1945, 1, 1) + timedelta(draw.randrange(365 * 75))
    return replace(
        row, name=str(row.name)[0] + _given(draw, born), birth_date=born, sex=draw.choice("12"), number=None
    )


def _homophone(name: str) -> str:
    changed = next((place for place in range(1, len(name)) if name[place] in ALIKE), None)
    return name if changed is None else name[:changed] + ALIKE[name[changed]] + name[changed + 1 :]


KINDS: dict[str, Spoil] = {
    "right": _right,
    "fifteen_digits": _fifteen,
    "homophone_by_number": _homophone_by_number,
    "homophone_no_number": _homophone_no_number,
    "homophone_no_birth": _homophone_no_birth,
    "variant_and_wrong_digit": _variant_and_digit,
    "wrong_digit": _wrong_digit,
    "swapped_neighbours": _swapped_neighbours,
    "swapped_sequence": _swapped_sequence,
    "area_corrected": _area_corrected,
    "parents_number": _parents_number,
    "parents_number_no_birth": _parents_number_no_birth,
    "no_number": _no_number,
    "name_and_village": _name_and_village,
    "birth_slip": _birth_slip,
    "one_character": _one_character,
    "two_errors": _two_errors,
    "one_character_no_birth": _one_character_no_birth,
    "name_only": _name_only,
    "nickname_in_household": _nickname_in_household,
    "by_head": _by_head,
    "never_registered": _never_registered,
}
