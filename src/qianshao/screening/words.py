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
