"""The roles that a grant can name, each with what it is for.

A grant is role x area x period. Pages name the roles that may open them; `permissions.csv` states, for every
route and role, what is to be answered, and is written from the descriptions here.
"""

from dataclasses import dataclass

from qianshao.words import Text


@dataclass(frozen=True)
class Role:
    """One kind of work. `description` is what a person is told when the role is given."""

    name: str
    label: Text
    description: Text


GRID_WORKER = "grid_worker"
VILLAGE_CADRE = "village_cadre"
TOWNSHIP_REVIEWER = "township_reviewer"
COUNTY_OFFICER = "county_officer"
DEPARTMENT_CLERK = "department_clerk"
POLICY_OFFICER = "policy_officer"
DATA_STEWARD = "data_steward"
LEADER = "leader"
SYSTEM_ADMINISTRATOR = "system_administrator"
SECURITY_ADMINISTRATOR = "security_administrator"
AUDIT_ADMINISTRATOR = "audit_administrator"

ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        Role(
            GRID_WORKER,
            Text("村监测员", "Grid worker"),
            Text(
                "看本村的农户和预警，入户核实。",
                "Sees the households and warnings of the village and verifies them on visits.",
            ),
        ),
        Role(
            VILLAGE_CADRE,
            Text("村干部", "Village cadre"),
            Text(
                "看本村的农户和预警，安排入户，主持评议。",
                "Sees the households and warnings of the village, sends visitors, leads the village review.",
            ),
        ),
        Role(
            TOWNSHIP_REVIEWER,
            Text("乡镇审核员", "Township reviewer"),
            Text(
                "看本乡镇的农户和预警，审核各村上报，可以暂缓预警。",
                "Sees the households and warnings of the township, reviews, may hold a warning.",
            ),
        ),
        Role(
            COUNTY_OFFICER,
            Text("县监测员", "County officer"),
            Text(
                "看全县的农户、预警和数据送达，发起筛查，可以暂缓预警。",
                "Sees the county's households, warnings and deliveries, starts runs, may hold a warning.",
            ),
        ),
        Role(
            DEPARTMENT_CLERK,
            Text("部门数据员", "Department clerk"),
            Text(
                "送达本部门的文件，看回执和拒收的行。看不到农户和预警。",
                "Delivers the department's files, sees receipts and refused rows; sees no household.",
            ),
        ),
        Role(
            POLICY_OFFICER,
            Text("政策员", "Policy officer"),
            Text(
                "管规则和界限，看规则命中的预警和每次筛查，可以发起筛查。",
                "Keeps rules and limits, sees the warnings they raise and the runs, may start a run.",
            ),
        ),
        Role(
            DATA_STEWARD,
            Text("数据管理员", "Data steward"),
            Text(
                "导入登记，看所有送达，认定是哪一个人，看农户资料，查数据的毛病。",
                "Imports the register, sees every delivery, decides doubtful links, looks up households.",
            ),
        ),
        Role(
            LEADER,
            Text("领导", "Leader"),
            Text(
                "看辖区的概览、预警、农户和筛查，不改任何记录。",
                "Reads the overview, warnings, households and runs of the area; changes nothing.",
            ),
        ),
        Role(
            SYSTEM_ADMINISTRATOR,
            Text("系统管理员", "System administrator"),
            Text(
                "管机器、备份和后台任务，看不到任何农户，也不管权限。",
                "Keeps machines, backups and background work; sees no household, gives no rights.",
            ),
        ),
        Role(
            SECURITY_ADMINISTRATOR,
            Text("安全管理员", "Security administrator"),
            Text(
                "管账号和权限：谁、什么身份、哪个地方、到哪天。看不到任何农户，不能给自己权限。",
                "Keeps accounts and grants: who, as what, where, until when; not for oneself; sees no "
                "household.",
            ),
        ),
        Role(
            AUDIT_ADMINISTRATOR,
            Text("审计管理员", "Audit administrator"),
            Text(
                "查谁在什么时候做了什么、看了什么，核对审计链。看不到农户资料，不改任何记录。",
                "Looks up who did and saw what and when, checks the audit chain; sees no household, changes "
                "nothing.",
            ),
        ),
    )
}

EVERYONE = tuple(ROLES)
# Each excludes the others and every kind of work with households: nobody watches over himself.
ADMINISTRATORS = (SYSTEM_ADMINISTRATOR, SECURITY_ADMINISTRATOR, AUDIT_ADMINISTRATOR)
GRANTERS = (SECURITY_ADMINISTRATOR,)
EVENT_READERS = (AUDIT_ADMINISTRATOR,)
# Who may open pages that name families.
HOUSEHOLD_READERS = (
    GRID_WORKER,
    VILLAGE_CADRE,
    TOWNSHIP_REVIEWER,
    COUNTY_OFFICER,
    DATA_STEWARD,
    LEADER,
)
# Who may have an identity number or a phone shown, for a purpose that is recorded.
NUMBER_READERS = (GRID_WORKER, VILLAGE_CADRE, TOWNSHIP_REVIEWER, COUNTY_OFFICER, DATA_STEWARD)
# Who may see which families a rule has found.
WARNING_READERS = (
    GRID_WORKER,
    VILLAGE_CADRE,
    TOWNSHIP_REVIEWER,
    COUNTY_OFFICER,
    POLICY_OFFICER,
    LEADER,
)
# Who may set a warning aside for a while.
WARNING_HOLDERS = (TOWNSHIP_REVIEWER, COUNTY_OFFICER)
# Who sees runs, and who may start one.
RUN_READERS = (COUNTY_OFFICER, POLICY_OFFICER, DATA_STEWARD, LEADER)
RUN_STARTERS = (COUNTY_OFFICER, POLICY_OFFICER)
# Who sees deliveries and hands over files, and who decides whom a row is about.
DELIVERY_READERS = (COUNTY_OFFICER, DEPARTMENT_CLERK, DATA_STEWARD)
DELIVERERS = (DEPARTMENT_CLERK, DATA_STEWARD)
LINKERS = (DATA_STEWARD,)


def compatible(role: str, other: str) -> bool:
    """Whether one person may hold both roles at the same time."""
    return role == other or not {role, other} & set(ADMINISTRATORS)
