"""The ready-made users of the example county: one per role, signed in with one click."""

import json
import secrets
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from qianshao.access.actions import create_user, grant_role
from qianshao.access.installation import write_whole
from qianshao.access.models import Grant, User
from qianshao.access.roles import (
    AUDIT_ADMINISTRATOR,
    COUNTY_OFFICER,
    DATA_STEWARD,
    DEPARTMENT_CLERK,
    GRID_WORKER,
    LEADER,
    POLICY_OFFICER,
    ROLES,
    SECURITY_ADMINISTRATOR,
    SYSTEM_ADMINISTRATOR,
    TOWNSHIP_REVIEWER,
    VILLAGE_CADRE,
    Role,
)
from qianshao.failpoints import failpoint
from qianshao.places.models import Area

PREFIX = "demo-"
# Role, name, post, and the level of the area that it is given for.
PEOPLE = (
    (COUNTY_OFFICER, "陈晓雯", "县农业农村局", "county"),
    (TOWNSHIP_REVIEWER, "马莉", "乡镇乡村振兴办", "township"),
    (VILLAGE_CADRE, "孙海", "村委会", "village"),
    (GRID_WORKER, "何建国", "村监测员", "village"),
    (DATA_STEWARD, "周敏", "县大数据中心", "county"),
    (DEPARTMENT_CLERK, "田雨", "县人社局", "county"),
    (POLICY_OFFICER, "韩立", "县农业农村局", "county"),
    (LEADER, "罗文斌", "县政府", "county"),
    (SYSTEM_ADMINISTRATOR, "谭伟", "县大数据中心", "county"),
    (SECURITY_ADMINISTRATOR, "方静", "县政府办", "county"),
    (AUDIT_ADMINISTRATOR, "郑国平", "县审计局", "county"),
)


@dataclass(frozen=True)
class ReadyMade:
    """A user of the example county as the sign-in page shows it."""

    user: User
    role: Role
    area: Area


@transaction.atomic
def create_demo_users(
    *, county: Area, township: Area, village: Area, today: date, by: str
) -> list[ReadyMade]:
    """Make the ready-made users and mark the data folder as the example county, standing at `today`.

    Their common password is random and kept in the folder's demo file. Doing it again changes nothing.
    """
    if not settings.DEMO_FILE.exists():
        note = {"today": today.isoformat(), "password": secrets.token_urlsafe(12)}
        write_whole(settings.DEMO_FILE, json.dumps(note))
    settings.TODAY = today  # for the rest of this process, as for every later one
    if not demo_users():
        areas = {"county": county, "township": township, "village": village}
        password = json.loads(settings.DEMO_FILE.read_text())["password"]
        for role, name, post, level in PEOPLE:
            user = create_user(username=PREFIX + role, display_name=name, post=post, password=password, by=by)
            grant_role(user=user, role=role, area=areas[level], valid_from=date(2020, 1, 1), by=by)
        failpoint("demo.introducing_users")
    return demo_users()


def demo_users() -> list[ReadyMade]:
    """The ready-made users, as they were made."""
    grants = Grant.objects.filter(user__username__startswith=PREFIX).select_related("user", "area")
    return [ReadyMade(grant.user, ROLES[grant.role], grant.area) for grant in grants.order_by("pk")]
