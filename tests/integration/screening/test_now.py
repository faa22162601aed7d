from datetime import date

from qianshao.registry.models import Household
from qianshao.rules.values import Value
from qianshao.screening.now import now


def test_a_household_is_judged_now_by_what_is_recorded_of_it(county: dict[str, Household]) -> None:
    judged = now(county["H1"], date(2026, 10, 31))
    assert judged is not None
    assert judged.indicators["base_type"] == Value("lifted")
    assert judged.indicators["persons_count"] == Value(1)
    assert None in judged.outcomes.values(), "nothing was delivered, so some rules are not answerable"


def test_a_household_that_was_not_registered_yet_is_not_judged(county: dict[str, Household]) -> None:
    assert now(county["H1"], date(2026, 8, 30)) is None
