from qianshao.words import Text


def test_a_figure_that_is_a_text_is_put_in_in_its_language() -> None:
    sentence = Text("{cause}，{days} 天", "{cause}, {days} days")
    filled = sentence.format(cause=Text("因病", "Illness"), days=3)
    assert filled == Text("因病，3 天", "Illness, 3 days")
