"""The sentences of screening: refusals, failures, and what every warning says of itself."""

from qianshao.words import Text

NOT_A_DECISION = Text(
    "这不是决定。这是机器按规则发现的线索，数据可能有错或已经过时；由入户核实和评议之后的人来定。",
    "This is not a decision. A machine found it by a rule; the data may be wrong or out of date. "
    "People decide, after a visit and a review.",
)

BEING_SCREENED = Text("正在筛查，请等它结束", "A run is under way; wait for it to end")
BACKWARDS = Text(
    "{later} 已经筛查过，不能再筛查更早的 {as_of}：预警是一次接一次比对的",
    "{later} has been screened already, so the earlier {as_of} cannot be: each run builds on the one before",
)
BACKWARDS_RIGHT = Text("截止日应不早于 {later}", "The day must not be before {later}")
TOO_EARLY = Text("{as_of} 还没有到，也没有数据说到那一天", "{as_of} has not come, and no data speak of it")
TOO_EARLY_RIGHT = Text("截止日应不晚于 {last}", "The day must not be after {last}")
BROKEN_OFF = Text("中途断开（{phase}），没有留下任何结果", "Broken off while in {phase}; it left no result")
FAILED = Text("筛查没有完成（{phase}）：", "The run failed while in {phase}: ")
NOT_RUNNING = Text("这次筛查已经结束", "This run has ended already")
NO_HOUSEHOLDS = Text(
    "{as_of} 登记里没有农户，无从筛查", "The register holds no household to screen on {as_of}"
)
NO_HOUSEHOLDS_RIGHT = Text("先导入户登记表和成员登记表", "Import the household and member rosters first")
NO_RUN = Text("还没有做过筛查", "Nothing has been screened yet")
NOT_REPEATABLE = Text(
    "这次筛查已不能重算：{missing} 已不在", "This run can no longer be repeated: {missing} is gone"
)

UNTIL_PAST = Text("暂缓要到今天以后的某一天为止", "A hold ends on a day after today")
UNTIL_RIGHT = Text("日期应晚于 {today}", "A date later than {today}")
REASON_MISSING = Text("暂缓须写明理由", "A hold needs its reason")
HELD_ALREADY = Text(
    "这户的这一类预警已暂缓到 {until}", "These warnings of the household are held until {until}"
)
NOT_HELD = Text("这户的这一类预警没有暂缓", "These warnings of the household are not held")
NO_ACCOUNT = Text("没有 {by} 这个用户", "There is no user {by}")
NO_SUCH_HOUSEHOLD = Text("没有户编号 {number}", "There is no household {number}")

SCREENING = Text("筛查", "Screening")
PHASES = {
    "": Text("等待开始", "Waiting to begin"),
    "snapshot": Text("抄录登记和部门数据", "Copying registers and feeds"),
    "evaluate": Text("计算指标和规则", "Computing indicators and rules"),
    "match": Text("与上次比对", "Comparing with the last run"),
    "done": Text("完成", "Done"),
}

NO_ROSTER = Text("“{folder}”里没有农户名册", "There is no household roster in “{folder}”")
NO_ROSTER_RIGHT = Text(
    "放进一份有“户编号”和“村代码”等表头的农户名册",
    "Add one with the titles of the household roster’s template",
)
DELIVERING = Text("收下 {file}", "Taking in {file}")
LINKING = Text("对人", "Finding out who the rows are about")
SCREENING_DAY = Text("筛查 {day}", "Screening {day}")
NOT_RECOGNISED = Text("看不出是哪一种表", "It is not recognised as any list")
NOT_RECOGNISED_RIGHT = Text(
    "表头与样表一致；部门数据的文件名写明时间，如 _202610",
    "Titles as in the template; a feed's file name states its period, as in _202610",
)

LEVELS = {"red": Text("红", "red"), "orange": Text("橙", "orange"), "yellow": Text("黄", "yellow")}
STATUSES = {
    "new": Text("新增", "new"),
    "continuing": Text("持续", "continuing"),
    "unconfirmable": Text("不能确认", "not confirmable"),
    "cleared": Text("已解除", "cleared"),
}
CLEARED_BECAUSE = {
    "facts_changed": Text("事实变了", "the facts changed"),
    "rule_changed": Text("规则变了", "the rule changed"),
    "left_area": Text("离开了本区域", "the household left the area"),
}

SHEETS = {
    "standing": Text("预警现状", "Warnings now"),
    "causes": Text("按原因", "By cause"),
    "villages": Text("按村", "By village"),
    "feeds": Text("各部门数据", "Data of the departments"),
    "gaps": Text("还不知道什么", "What is not known"),
    "warnings": Text("预警", "Warnings"),
    "figures": Text("依据哪些数", "Figures"),
    "refused": Text("拒收的行", "Refused rows"),
    "reading": Text("说明", "How to read"),
}
COLUMNS = {
    "number": Text("条数", "Warnings"),
    "unconfirmable": Text("其中不能确认", "Of these not confirmable"),
    "short_of": Text("缺哪些数据", "Data missing"),
    "department": Text("部门", "Department"),
    "covered": Text("覆盖村数", "Villages covered"),
    "villages": Text("村数", "Villages"),
    "households": Text("户数", "Households"),
    "area": Text("乡镇、村", "Village"),
    "household": Text("户编号", "Household"),
    "head": Text("户主", "Head"),
    "cause": Text("原因", "Cause"),
    "level": Text("级别", "Level"),
    "status": Text("状态", "Status"),
    "sentence": Text("为什么预警", "Why"),
    "threshold": Text("界限", "Limit"),
    "margin": Text("超出", "Beyond it by"),
    "unknown": Text("还不知道什么（问谁）", "Not known (whom to ask)"),
    "clears": Text("怎样会解除", "What would clear it"),
    "next_step": Text("下一步", "Next step"),
    "deadline": Text("期限", "Deadline"),
    "others": Text("同时命中", "Also found"),
    "reference": Text("依据", "Reference"),
    "rule": Text("规则", "Rule"),
    "figure": Text("指标", "Figure"),
    "value": Text("数值", "Value"),
    "source": Text("来源", "Source"),
    "until": Text("数据截至", "Data up to"),
    "file": Text("文件", "File"),
    "sheet": Text("工作表", "Sheet"),
    "cell": Text("单元格", "Cell"),
    "title": Text("列", "Column"),
    "reason": Text("为什么拒收", "Why refused"),
    "right_form": Text("应该怎样", "Right form"),
}
HOW_TO_READ = (
    Text(
        "一户的同一类原因合为一条；级别最高、超出最多的规则写在前面。",
        "Hits of a household and cause are one warning; the gravest rule is named first.",
    ),
    Text(
        "“不能确认”不是解除：原来依据的数现在不知道，仍算未了结。",
        "“Not confirmable” is not cleared: a figure it rests on is unknown now, and the warning stays open.",
    ),
    Text(
        "“至少”表示数据不全，实际可能更高。",
        "“At least” means that data are short and the true figure may be higher.",
    ),
)
RUN_LINE = Text("筛查日 {as_of}，规则库 {version}", "Screened for {as_of} by rulebook {version}")

NO_WARNING = Text("这户没有预警", "This household has no warning")
HEADING = Text(
    "{cause} · {level} · {status}，{since} 首次出现", "{cause} · {level} · {status}, first on {since}"
)
INDENTED = Text("  {line}", "  {line}")
FIGURE_LINE = Text(
    "    {label}：{value}（{source}，数据截至 {until}）",
    "    {label}: {value} ({source}, data up to {until})",
)
LIMIT_LINE = Text(
    "    界限“{label}”：{value}，{since} 起；{reference}",
    "    Limit “{label}”: {value} since {since}; {reference}",
)
CLEARS_LINE = Text("    怎样会解除：{clears}", "    It clears when: {clears}")
RULE_LINE = Text("    按哪条规则：{label}；{reference}", "    By the rule: {label}; {reference}")
CLEARED_LINE = Text("  已解除：{reason}", "  Cleared: {reason}")
UNCOUNTED_LINE = Text(
    "    没有解除：{source}名单里有没收下或还没认人的行，可能就是这一户",
    "    Not cleared: a row of {source} was refused or is not matched yet and may be about this household",
)
NEXT_LINE = Text("  下一步：{step}，{due} 止", "  Next: {step}, by {due}")

# Columns of the register's tables that are made from several cells of the rosters.
REGISTER_COLUMNS = {
    "number": Text("条数", "Warnings"),
    "unconfirmable": Text("其中不能确认", "Of these not confirmable"),
    "short_of": Text("缺哪些数据", "Data missing"),
    "department": Text("部门", "Department"),
    "covered": Text("覆盖村数", "Villages covered"),
    "villages": Text("村数", "Villages"),
    "households": Text("户数", "Households"),
    "registered_on": Text("登记日期", "Registered on"),
    "chronic": Text("长期慢性病", "Chronic illness"),
    "serious": Text("大病", "Serious illness"),
    "disabled": Text("残疾", "Disability"),
    "working": Text("是否务工", "Working"),
    "stated_by": Text("数据来源", "Stated by"),
}
STATED_BY = {
    "self_report": Text("农户自报", "the household"),
    "visit": Text("入户核实", "a visitor"),
    "department": Text("部门数据", "a department"),
}

BEYOND = Text("超出 {margin}", "{margin} beyond it")
SHORT_OF = Text("差 {margin}", "{margin} short of it")

TAKEN_BY = Text(
    "{who} 于 {when} 导出。内部使用，含个人信息，用后删除",
    "Exported by {who} at {when}. For official use; personal data, delete after use",
)

NOT_A_DAY = Text("“{text}”不是日期", "“{text}” is no date")
DAY_RIGHT = Text("写成 {today} 这样", "Write it as {today}")

OPEN_NOW = Text("未了结", "open")
ON_HOLD = Text("暂缓", "on hold")
CLEARED_NOW = Text("本次解除：{reason}", "cleared by the last run: {reason}")
# The measure word beside a figure; English needs none.
COUNTED_IN = Text("条", "")
WHOLE_LIST = Text("整份数据", "the whole list")

LEVEL_NAMES = {
    "red": Text("红色", "red level"),
    "orange": Text("橙色", "orange level"),
    "yellow": Text("黄色", "yellow level"),
}
