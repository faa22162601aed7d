"""A small fixed number of examples in every run; many, freshly drawn, under the marker `long`."""

from hypothesis import HealthCheck, Phase, settings

CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
# A failing world is small enough to be read, and shrinking one takes longer than reading it.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
FEW = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=PHASES,
    suppress_health_check=CALM,
)
MANY = settings(max_examples=3000, deadline=None, phases=PHASES, suppress_health_check=CALM)
