"""What is wrong with a file or a row, said so that the sender can mend it."""

from dataclasses import dataclass

from qianshao.words import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where (as far as it has a place), why, and what would be right.

    `cell` is D318 in a workbook; in a text file column letter and line number make it up. Identity and phone
    numbers are masked in `reason`.
    """

    code: str
    reason: Text
    right_form: Text
    sheet: str = ""
    row: int = 0
    column_title: str = ""
    cell: str = ""


class Unreadable(Exception):
    """The file as a whole cannot be read. Never leaves this package: it becomes a file fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


class Wrong(Exception):
    """A cell does not hold what its column asks for. Becomes a fault of its row."""

    def __init__(self, code: str, reason: Text, right_form: Text | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason
        self.right_form = right_form


SAVE_AS_XLSX = Text(
    "用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后重新报送",
    "Open it in Excel or WPS, save it as an Excel workbook (.xlsx) and send that",
)
SAVE_WITHOUT_PASSWORD = Text("取消密码后重新保存并报送", "Remove the password, save and send it again")
SEND_THE_TABLE = Text("报送 xlsx、xls、ods 或 csv 表格", "Send an xlsx, xls, ods or csv table")
SAVE_AGAIN = Text(
    "用 Excel 或 WPS 打开，检查后重新保存并报送", "Open it in Excel or WPS, check it, save and send it"
)
FILL_AND_SEND = Text("填写数据后重新报送", "Fill in the data and send it again")


def unreadable(code: str, zh: str, en: str, right_form: Text) -> Unreadable:
    """The refusal of a whole file."""
    return Unreadable(Fault(code, Text(zh, en), right_form))
