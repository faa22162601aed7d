"""The sentences of linkage: verdicts, faults of numbers, hints. Comparison levels have theirs in `model`."""

from collections.abc import Mapping

from qianshao.words import Text

REASONS: Mapping[str, Text] = {
    "number_and_name": Text("身份证号和姓名都相同", "Identity number and name are the same"),
    "number_and_sound": Text(
        "身份证号相同，姓名读音相同", "Identity number is the same, the name sounds the same"
    ),
    "number_alone": Text(
        "身份证号相同，未报姓名，其他信息不矛盾",
        "Identity number is the same; no name stated, nothing contradicts",
    ),
    "name_decides": Text(
        "多人登记了同一身份证号，姓名只与其中一人相符",
        "Several people are registered with this number; the name fits one of them only",
    ),
    "nobody_in_register": Text(
        "身份证号有效，登记中没有此人", "The identity number is valid; nobody in the register has it"
    ),
    "number_missing": Text("未报身份证号", "No identity number stated"),
    "number_placeholder": Text("身份证号是占位号码", "The identity number is a placeholder"),
    "number_invalid": Text("身份证号不合规则", "The identity number breaks the rules of such numbers"),
    "number_shared": Text(
        "多人登记了同一身份证号，凭姓名分不清是谁",
        "Several people are registered with this number, and the name does not tell who",
    ),
    "name_differs": Text(
        "身份证号是登记中一个人的，姓名却不同，可能误用了家人的号码",
        "The number is a registered person's but the name differs; it may be a relative's number",
    ),
    "birth_date_differs": Text(
        "身份证号相同，出生日期却不同", "The identity number is the same but the birth date differs"
    ),
    "sex_differs": Text("身份证号相同，性别却不同", "The identity number is the same but the sex differs"),
}

FAULTS: Mapping[str, Text] = {
    "empty": Text("没有号码", "There is no number"),
    "placeholder": Text("以 999999 开头，是占位号码", "Begins with 999999, a placeholder"),
    "length": Text(
        "位数不对，应为 18 位，残疾人证 20 或 22 位", "Wrong length: 18 characters, disability cards 20 or 22"
    ),
    "characters": Text("含有数字和末位 X 以外的字符", "Has characters other than digits and a final X"),
    "date": Text("第 7 至 14 位不是真实日期", "Places 7 to 14 are no real date"),
    "check": Text("末位校验码不符，可能抄错了一位", "The check character is wrong; a digit may be miscopied"),
    "disability": Text(
        "残疾类别应为 1 至 7，等级应为 1 至 4", "Disability category must be 1 to 7 and grade 1 to 4"
    ),
}

HINTS: Mapping[str, Text] = {
    "retired_county": Text(
        "号码前 6 位是已停用的县代码，号码仍有效", "The county code is retired; the number stays valid"
    ),
    "unknown_county": Text(
        "号码前 6 位不在现有县代码中，仅供参考", "The county code is not in use now; for information"
    ),
}
