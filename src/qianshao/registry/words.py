"""The sentences of the register's pages and exports."""

from qianshao.words import Text

NO_PURPOSE = Text("没有写用途", "No purpose is given")
NO_PURPOSE_RIGHT = Text("写明看号码要办什么", "Say what the number is needed for")
NO_NUMBER = Text("登记里没有这个号码", "The register holds no such number")
PURPOSES = (
    Text("入户核实", "Verifying on a visit"),
    Text("与部门核对同一个人", "Comparing with a department"),
    Text("代办业务", "Handling an application"),
    Text("更正登记", "Correcting the register"),
)
SHEET = Text("农户", "Households")
COLUMNS = {
    "township": (Text("乡镇", "Township"), 14),
    "village": (Text("村", "Village"), 14),
    "group": (Text("组", "Group"), 10),
    "number": (Text("户编号", "Household number"), 22),
    "head": (Text("户主", "Head"), 12),
    "members": (Text("人口", "Members"), 8),
    "base_type": (Text("户类型", "Type"), 16),
    "monitored": (Text("监测对象类别", "Monitored as"), 20),
    "registered_on": (Text("登记日期", "Registered on"), 12),
}
EXPORTED = Text("农户名单", "Households")
