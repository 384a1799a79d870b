"""Dead letters on a terminal: bytes as numbers, and the fault marked below its own byte."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.letter_text import escaped, hex_lines, one_line


def test_the_mark_stands_below_its_byte() -> None:
    """The mark's column is the column of the byte at fault."""
    value = bytes(range(40))
    first, mark, *rest = hex_lines(value, 16, 40, 21)

    assert first.startswith("00000010  10 11 12")
    assert first.index(" 15 ") + 1 == mark.index("^^")
    assert mark.endswith("byte 21")
    assert len(rest) == 1


@given(value=st.binary(max_size=60))
def test_bytes_come_out_as_printable_ascii(value: bytes) -> None:
    """Nothing but printable ASCII is printed, and escaped bytes can be told apart."""
    for line in [escaped(value), *hex_lines(value, 0, len(value), None)]:
        assert line.isascii()
        assert line.isprintable()
    restored = escaped(value).encode().decode("unicode_escape").encode("latin-1")
    assert restored == value


@given(text=st.text())
def test_words_of_others_stay_on_one_line(text: str) -> None:
    """Line breaks, tabs and control characters cannot forge another line."""
    assert len(one_line(text).splitlines()) <= 1
