import pytest

from qianshao.linkage.names import likeness, normalise, pinyin


@pytest.mark.parametrize(
    ("stated", "registered"),
    [
        ("张伟", "張偉"),
        ("周 桂兰", "周桂兰"),
        ("周　桂兰", "周桂兰"),
        ("李建国（户主）", "李建国"),
        ("李建国(已故)", "李建国"),
        ("买买提·艾力", "买买提•艾力"),
        ("买买提艾力", "买买提．艾力"),
        ("ＬＩ Ｍing", "li ming"),
    ],
)
def test_spelling_habits_do_not_make_another_name(stated: str, registered: str) -> None:
    assert normalise(stated) == normalise(registered)
    assert likeness(stated, registered) == "same"


@pytest.mark.parametrize(
    ("stated", "registered", "found"),
    [
        ("王秀英", "王秀瑛", "same_sound"),
        ("李晓峯", "李晓锋", "same_sound"),
        ("张建国", "张建军", "differs"),
        ("张建国", "张建", "differs"),
        ("李 安", "连", "differs"),
    ],
)
def test_homophones_are_told_from_brothers(stated: str, registered: str, found: str) -> None:
    assert likeness(stated, registered) == found


def test_pinyin_keeps_syllables_apart() -> None:
    assert pinyin("西安") == "xi an"
    assert pinyin("先") == "xian"
    assert pinyin("王A") == "wang a"
