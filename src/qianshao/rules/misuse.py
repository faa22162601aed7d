"""The sentences that refuse an expression: what is wrong, and what to write instead."""

from sqlglot import exp

from qianshao.rules.arithmetic import said
from qianshao.rules.symbols import did_you_mean
from qianshao.rules.tree import Compare, Literal, Node
from qianshao.rules.types import Type
from qianshao.words import Text

Said = tuple[Text, Text | None]

_KNOWN = Text("用 known(x) 或 not known(x)", "Write known(x) or not known(x)")
_AS_OF = Text(
    "用 as_of（评判之日），或 days_since(日期)", "Write as_of, the day that is judged, or days_since(a date)"
)
_CASE = Text("case when 条件 then 值 else 值 end", "case when condition then value else value end")
_AGGREGATE = Text(
    "汇总单独成为一个指标的 value，再用 formula 组合指标",
    "An aggregate stands alone as the value of an indicator; combine indicators by a formula",
)

_FUNCTIONS: dict[str, Said] = {
    **dict.fromkeys(
        ("coalesce", "ifnull", "nvl", "isnull"),
        (Text("不知道的值不能用别的值顶替", "An unknown may not be replaced by a value"), _KNOWN),
    ),
    "nullif": (
        Text("不需要 nullif", "nullif is not needed"),
        Text("除以零的结果就是不知道", "A division by zero is unknown by itself"),
    ),
    "if": (Text("没有 if", "There is no if"), _CASE),
    "iif": (Text("没有 iif", "There is no iif"), _CASE),
    **dict.fromkeys(
        ("now", "current_date", "current_timestamp", "today", "getdate"),
        (Text("结果不能取决于运行那天", "A result may not depend on the day of running"), _AS_OF),
    ),
    **dict.fromkeys(
        ("random", "rand", "uuid"),
        (Text("结果不能是随机的", "A result may not be random"), None),
    ),
    **dict.fromkeys(
        (
            "count",
            "sum",
            "max",
            "min",
            "avg",
            "any",
            "all",
            "latest",
            "earliest",
            "count_distinct",
            "peak_month",
        ),
        (Text("这里不能用汇总", "No aggregate can stand here"), _AGGREGATE),
    ),
}

_FORMS: dict[type[exp.Expr], Said] = {
    exp.Exists: (Text("不能有子查询", "No subquery"), Text("把它做成一个指标", "Make it an indicator")),
    exp.Is: (Text("没有 is null", "There is no is null"), _KNOWN),
    exp.Null: (Text("没有 null", "There is no null"), _KNOWN),
    exp.Query: (Text("不能有子查询", "No subquery"), Text("把它做成一个指标", "Make it an indicator")),
    exp.Like: (Text("没有 like", "There is no like"), Text("用代码和 in ('…')", "Use codes and in ('…')")),
    exp.Cast: (
        Text("没有类型转换，也不能写日期", "There is no cast, and no date is written out"),
        Text("日期写成参数", "A date is a parameter"),
    ),
    exp.Mod: (Text("没有取余", "There is no remainder"), None),
    exp.DPipe: (Text("没有文字拼接", "Texts are not joined"), None),
    exp.Any: (Text("这里不能用汇总", "No aggregate can stand here"), _AGGREGATE),
    exp.Window: (Text("这里不能用汇总", "No aggregate can stand here"), _AGGREGATE),
    exp.Star: (Text("没有 *", "There is no *"), None),
    exp.Interval: (
        Text("没有时间间隔", "There is no interval"),
        Text("用 days_since(日期)", "Compare days_since(a date) with a number of days"),
    ),
}


def is_foreign(tree: exp.Expr) -> bool:
    """A form of its own that sqlglot counts among the functions."""
    return isinstance(tree, exp.Cast | exp.Exists | exp.Any)


def of_form(tree: exp.Expr) -> Said:
    """A construction that the language does not have."""
    for form, said_of_it in _FORMS.items():
        if isinstance(tree, form):
            return said_of_it
    word = tree.key
    return Text(f"规则语言里没有这种写法（{word}）", f"Not part of the rule language ({word})"), Text(
        "可用：比较、+ - * /、and or not、between、in、case、known 等函数",
        "There are comparisons, + - * /, and or not, between, in, case, and functions like known",
    )


def of_function(function: str, right: tuple[str, ...]) -> Said:
    """A function that the language does not have."""
    if function in _FUNCTIONS:
        return _FUNCTIONS[function]
    listed = ", ".join(right)
    form = did_you_mean(function, right) or Text(f"可用函数：{listed}", f"The functions are: {listed}")
    return Text(f"没有 {function} 这个函数", f"There is no function {function}"), form


def written_name(tree: exp.Expr, text: str) -> str:
    """The function's name as its author wrote it, in lower case."""
    if "start" in tree.meta:
        return text[tree.meta["start"] : tree.meta["end"] + 1].lower()
    return tree.sql_name().lower() if isinstance(tree, exp.Func) else tree.key


def number_in_rule(written: str) -> Said:
    return Text(
        f"规则里不能直接写数值 {written}", f"A rule holds no number but 0 and 1, here {written}"
    ), Text(
        "写成参数（parameters/ 里带日期、地区和依据），用参数名称比较",
        "Make it a parameter, dated and with its source in parameters/, and compare with its name",
    )


def too_large(written: str) -> Said:
    return Text(f"{written} 太大", f"{written} is too large to be computed with"), Text(
        "不超过 9223372036854775807", "At most 9223372036854775807"
    )


def double_quotes(written: str) -> Said:
    return Text("双引号是名称，不是文字", "Double quotes make a name, not a word"), Text(
        f"'{written}'", f"'{written}'"
    )


def compared_condition() -> Said:
    return Text("条件本身就是是或否，不再比较", "A condition is true or false and is not compared"), Text(
        "写 x 或 not x", "Write x or not x"
    )


def unlike(left: Node, right: Node) -> Said:
    reason = Text(
        f"{said(left.type).zh}不能与{said(right.type).zh}放在一起比较",
        f"{said(left.type).en} cannot be compared with {said(right.type).en}",
    )
    if isinstance(left, Compare):
        form = f"a {left.operator} b and b {left.operator} c"
        return Text("比较不能连写", "Comparisons are not chained"), Text(form, form)
    literal = next((side for side in (left, right) if isinstance(side, Literal)), None)
    if Type.MONEY in (left.type, right.type) and literal is not None and literal.type.is_number:
        return reason, Text(
            "金额的界限写成 money 类型的参数", "A limit of money is a parameter of type money"
        )
    if Type.DATE in (left.type, right.type):
        return reason, Text(
            "用 days_since(日期) 与天数比较", "Compare days_since(a date) with a number of days"
        )
    return reason, None


def wrong_type(node: Node, expected: Type) -> Said:
    reason = Text(
        f"这里应是{said(expected).zh}，而不是{said(node.type).zh}",
        f"{said(expected).en} must stand here, not {said(node.type).en}",
    )
    if expected is Type.BOOLEAN:
        return reason, Text("如 a >= b", "For example: a >= b")
    return reason, None


def case_form(with_subject: bool) -> Said:
    if with_subject:
        return Text("case 后面直接写 when", "case is followed by when"), _CASE
    return Text("case 缺少 else", "case lacks its else"), _CASE


def argument_count(function: str) -> Said:
    right = f"{function}(a, b)" if function in ("least", "greatest") else f"{function}(a)"
    return Text("参数个数不对", "Wrong number of arguments"), Text(right, right)


def not_a_number(function: str, node: Node) -> Said:
    return Text(
        f"{function} 不能用于{said(node.type).zh}", f"{function} is not made for {said(node.type).en}"
    ), Text(f"{function}(数值)", f"{function}(a number)")
