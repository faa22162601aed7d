"""The sentences in which a file, a row or a decision is refused."""

from collections.abc import Sequence

from qianshao.words import Text


def the_feeds(names: Sequence[str]) -> Text:
    """The names that would have been right."""
    return Text("、".join(names), ", ".join(names))


UNKNOWN_FEED = Text("没有名为“{feed}”的数据约定", "There is no feed named “{feed}”")
PERIOD_UNKNOWN = Text(
    "从文件名“{file_name}”看不出数据所属时间",
    "The name “{file_name}” does not say which time the file speaks for",
)
PERIOD_RIGHT = Text(
    "文件名以 _202610 或 _20251001-20260930 结尾，或者另行指明时间",
    "End the name in _202610 or _20251001-20260930, or state the period",
)
PERIOD_UNREADABLE = Text("“{period}”不是一段时间", "“{period}” is no period")
PERIOD_TYPED_RIGHT = Text("202610 或 20251001-20260930", "202610 or 20251001-20260930")
PERIOD_TO_COME = Text(
    "{first} 至 {last} 这段时间还没有到，多半是年份写错了",
    "The period {first} to {last} has not come yet; its year is a slip, most likely",
)
PERIOD_TO_COME_RIGHT = Text(
    "起始日不晚于今天（{today}），截止日不晚于今年年底；改正文件名，或者另行指明时间",
    "Begin by today ({today}) and end within this year: correct the file's name, or state the period",
)
DELIVERED_OTHERWISE = Text(
    "这个文件已经送达过：第 {key} 号“{file_name}”，所属时间 {first} 至 {last}，区域为{area}",
    "This file was delivered before: no. {key}, “{file_name}”, for {first} to {last} and {area}",
)
DELIVERED_OTHERWISE_RIGHT = Text(
    "送达后时间和区域不能再改；确实属于别的时间或区域的，请来源单位另外导出一份再送",
    "Its period and area stand; for another period or area, have the office export the list anew",
)
AREA_UNKNOWN = Text("没有代码为“{code}”的区域", "There is no area with the code “{code}”")
NO_AREA_LIST = Text("“{file_name}”不是区划代码表", "“{file_name}” is no list of areas")
NO_AREA_LIST_RIGHT = Text("UTF-8 的 csv，列为 code 和 name", "A UTF-8 csv with the columns code and name")
AREA_CODE_WRONG = Text("“{code}”不是区划代码", "“{code}” is no area code")
AREA_CODE_RIGHT = Text(
    "2、4、6、9、12 或 15 位数字，省到组", "2, 4, 6, 9, 12 or 15 digits, from province to group"
)
PARENT_FIRST = Text("代码表里要有它的上级区域", "The list names the area above it too")
NO_AREAS = Text("区划还没有导入", "No areas have been imported yet")
NO_AREAS_RIGHT = Text(
    "先用 qianshao registry areas 导入区划代码表", "Import their list first: qianshao registry areas FILE"
)
NOT_RECOGNISED = Text("看不出“{file_name}”是哪一种登记表", "“{file_name}” is not one of the registry's lists")
NOT_RECOGNISED_RIGHT = Text(
    "表头应与农户名册、家庭成员名册或收支台账的样表一致",
    "Its titles should be those of the household roster, the member roster or the income ledger",
)

VILLAGE_UNKNOWN = Text("{area}没有这个村", "There is no such village in {area}")
VILLAGE_AMBIGUOUS = Text("{area}有几个村叫这个名字", "Several villages in {area} bear this name")
VILLAGE_RIGHT = Text("12 位村级区划代码", "The 12-digit code of the village")
HOUSEHOLD_UNKNOWN = Text("登记中没有这个户编号", "No household with this number is registered")
HOUSEHOLD_RIGHT = Text(
    "农户名册中的户编号；新户先报农户名册",
    "A number of the household roster; a new household is listed there first",
)
HOUSEHOLD_ELSEWHERE = Text("这户登记在{village}", "This household is registered in {village}")
HOUSEHOLD_ELSEWHERE_RIGHT = Text(
    "登记所在村；迁移须另行办理", "The village of registration; a move is a procedure of its own"
)
HOUSEHOLD_OUTSIDE = Text("这户不在本次送达的区域内", "This household lies outside the area of the delivery")
NOT_A_MEMBER = Text("这个证件号码不是该户成员的", "No member of this household has this number")
NOT_A_MEMBER_RIGHT = Text(
    "该户成员的证件号码；属于全户的留空", "A member's number; empty for the household as a whole"
)
LEFT_EARLY = Text("减少日期早于增加日期", "The person left before joining")
LEFT_EARLY_RIGHT = Text("不早于增加日期", "Not before the day of joining")

SHEETS_REFUSED = Text("有工作表没有收", "Sheets were refused")
SHEETS_REFUSED_WHY = Text("这些表里的行一行也没有计", "None of their rows count")
MEND_SHEETS = Text("改好这些工作表的表头，重新报送", "Mend the headers of these sheets, send again")

DECISION_NEEDS_REASON = Text("没有写理由", "No reason is given")
DECISION_NEEDS_REASON_RIGHT = Text("写明凭什么认定", "Say on what the decision rests")

TAKING_IN = Text("收下文件", "Taking in a file")
JUDGING = Text("逐行检查", "Judging the rows")
LINKING = Text("对人", "Finding out who the rows are about")
FRESHNESS = {
    "on_time": Text("按时", "On time"),
    "late": Text("该送没送", "Late"),
    "nothing": Text("从未送达", "Nothing yet"),
}
FILTERS = {
    "underway": Text("正在办", "Under way"),
    "clean": Text("全部收下", "All rows accepted"),
    "rows_refused": Text("有拒收的行", "Rows refused"),
    "file_refused": Text("整个文件没有收", "File refused"),
}
EVENTS = {
    "deliveries.receive": Text("收到文件，验明未重复", "File received; it is no repetition"),
    "deliveries.reopen": Text("约定改了，重新检查", "Contract changed; judged anew"),
    "deliveries.stage": Text("逐行检查完，等待写入登记", "Rows judged, waiting to be applied"),
    "deliveries.finish": Text("办完，收下的行开始计算", "Done; the accepted rows count"),
    "deliveries.refuse": Text("整个文件没有收", "File refused as a whole"),
    "deliveries.hand_back": Text("下载了标好错的原文件", "The marked original was downloaded"),
}
KINDS = {
    "roster": Text("名册", "roster"),
    "events": Text("一件一行", "one row per event"),
    "status": Text("每月一行", "one row per month"),
}
DELIVERS = {
    "full": Text("每次送全量", "the whole list each time"),
    "changes": Text("只送新增和变化", "only what is new or changed"),
}
EVERY = {
    "month": Text("每月 {day} 日前", "monthly, by day {day}"),
    "quarter": Text("每季，次月 {day} 日前", "quarterly, by day {day} of the month after"),
    "half_year": Text("每半年，次月 {day} 日前", "half-yearly, by day {day} of the month after"),
    "year": Text("每年，次月 {day} 日前", "yearly, by day {day} of the month after"),
}
NOT_YOURS = Text(
    "原文件里有完整的证件号码，只有送它的人和数据管理员能下载",
    "The original holds full identity numbers: only its sender and the data steward may download it",
)
NO_FILE = Text("没有选文件", "No file was chosen")
NO_FILE_RIGHT = Text("选一个 xlsx、xls、ods 或 csv 文件", "Choose an xlsx, xls, ods or csv file")
FEED_UNCLEAR = Text(
    "从“{file_name}”的表头看不出是哪一种数据", "The titles of “{file_name}” do not say which feed it is"
)
FEED_UNCLEAR_RIGHT = Text(
    "在下面选是哪一种，或按样表改表头", "Choose the feed below, or use the template's titles"
)
FEED_NOT_YOURS = Text("登记表由数据管理员导入", "The register's lists are imported by the data steward")
AREA_NOT_YOURS = Text("不是您的区域", "This is not your area")
TOO_LATE = Text("这一步等太久了，请重新选文件", "This step took too long; choose the file again")
ELSEWHERE = Text("这个文件已为别的区域送达过", "This file has been delivered for another area already")
REASONS = (
    Text("打电话问过本人", "Asked the person by phone"),
    Text("查过户口簿", "Looked at the household booklet"),
    Text("入户看过证件", "Saw the card on a visit"),
    Text("问过村干部", "Asked the village cadre"),
    Text("送数据的部门核实过", "Confirmed by the department"),
)
NOT_A_CANDIDATE = Text("这个人不在可能的人里", "This person is not among the candidates")
NOTHING_CHOSEN = Text("没有选是哪一个人", "Nobody is chosen")
NOTHING_CHOSEN_RIGHT = Text("选一个人，或选“登记里没有这个人”", "Choose a person, or nobody in the register")
NOTHING_TO_WITHDRAW = Text("现在没有人工认定可以撤回", "There is no clerical decision to withdraw")


def due(every: str, day: int) -> Text:
    """When a feed's next file must be there."""
    return EVERY[every].format(day=day)
