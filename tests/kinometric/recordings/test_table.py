"""From bytes to columns: where the numbers begin, what separates them, and the line of the first bad row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinometric.recordings import RecordingError
from kinometric.recordings.layout import MAX_HEAD_LINES, as_utf8, split_text
from kinometric.recordings.product_csv import HEADER, split_product_csv
from kinometric.recordings.table import cells, numbers


def columns(content: str, wanted: tuple[int, ...] = (0, 1, 2)) -> np.ndarray:
    return numbers(split_text(as_utf8(content.encode())), wanted)


@pytest.mark.parametrize(
    ("content", "header", "separator", "line"),
    [
        ("a,b,c\n1,2,3\n", ("a", "b", "c"), ",", 2),
        ("1,2,3\n", (), ",", 1),
        ("\n\na;b;c\n1;2;3\n", ("a", "b", "c"), ";", 4),
        ("# one\n# two\na\tb\tc\n1\t2\t3\n", ("a", "b", "c"), "\t", 4),
        ('"a (s)","b (g)","c (g)"\n1,2,3\n', ("a (s)", "b (g)", "c (g)"), ",", 2),
        ("a b c\n1 2 3\n", ("a", "b", "c"), " ", 2),
        ("title of the file\nmore words\na,b,c\n1,2,3\n", ("a", "b", "c"), ",", 4),
        ("a,b,c\n-1.5e-3,.5,3.\n", ("a", "b", "c"), ",", 2),
        ("a,b,c,label\n1,2,3,walking\n", ("a", "b", "c", "label"), ",", 2),
        ("when,b,c,d\n2026-01-01 10:00:00,2,3,4\n", ("when", "b", "c", "d"), ",", 2),
    ],
)
def test_the_head_of_a_table_is_understood(content: str, header: tuple[str, ...], separator: str, line: int) -> None:
    text = split_text(as_utf8(content.encode()))
    assert text.header == header
    assert text.separator == separator
    assert text.body_line == line
    assert text.comments == tuple((n, row) for n, row in enumerate(content.split("\n"), 1) if row.startswith("#"))


@pytest.mark.parametrize(
    ("content", "comma"),
    [
        ("a;b;c\n0,1;2,5;3\n", True),
        ("a;b;c\n0.1;2.5;3\n", False),
        ("a\tb\tc\n0,1\t2,5\t3,0\n", True),
        ("a,b,c\n0.1,2.5,3\n", False),
    ],
)
def test_a_decimal_comma_is_told_from_a_separator(content: str, comma: bool) -> None:
    assert split_text(as_utf8(content.encode())).decimal_comma is comma
    np.testing.assert_allclose(columns(content), [[0.1, 2.5, 3.0]])


def test_only_the_wanted_columns_are_read_in_the_wanted_order() -> None:
    content = "a,b,c,d\n1,2,3,x\n4,5,6,y\n"
    np.testing.assert_array_equal(columns(content, (2, 0)), [[3, 1], [6, 4]])


def test_rows_may_end_in_a_comma_that_the_header_lacks() -> None:
    np.testing.assert_array_equal(columns("a,b,c\n1,2,3,\n4,5,6,\n"), [[1, 2, 3], [4, 5, 6]])


def test_empty_lines_between_rows_do_not_matter() -> None:
    np.testing.assert_array_equal(columns("a,b,c\n1,2,3\n\n4,5,6\n\n"), [[1, 2, 3], [4, 5, 6]])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 3), min_size=1, max_size=20), st.sampled_from([",", ";", "\t"]))
def test_numbers_come_back_as_they_were_written(rows: list[tuple[float, float, float]], separator: str) -> None:
    content = separator.join("abc") + "\n" + "".join(separator.join(map(repr, row)) + "\n" for row in rows)
    np.testing.assert_array_equal(columns(content), np.array(rows))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("1,2", "columns"),
        ("1,,3", "not_a_number"),
        ("1,nan,3", "not_a_number"),
        ("1,NaN,3", "not_a_number"),
        ("1,-inf,3", "not_a_number"),
        ("1,two,3", "not_a_number"),
        ("1,2e999,3", "not_a_number"),
        ("1,0x10,3", "not_a_number"),
        ("1,2 3,4", "not_a_number"),
    ],
)
def test_the_first_bad_row_is_named(row: str, code: str) -> None:
    with pytest.raises(RecordingError) as caught:
        columns(f"a,b,c\n1,2,3\n4,5,6\n{row}\n7,8,9\n1,x,3\n")
    assert (caught.value.code, caught.value.line) == (code, 4)


def test_comments_above_count_as_lines() -> None:
    with pytest.raises(RecordingError) as caught:
        columns("# a\n# b\na,b,c\n1,2,3\n1,?,3\n")
    assert caught.value.line == 5


def test_a_last_row_that_is_too_short_was_cut_off() -> None:
    with pytest.raises(RecordingError, match="cut off") as caught:
        columns("a,b,c\n1,2,3\n4,5")
    assert caught.value.line == 3


@pytest.mark.parametrize(
    ("end", "rows"),
    [
        ("0.125,0.250,9.812", 4),
        ("0.125,0.250,9.8", 3),
        ("0.125,0.250,9.", 3),
        ("0.125,0.250,9", 3),
        ("0.125,0.250,9.8\n", 4),
    ],
)
def test_a_last_number_that_was_cut_is_left_out_only_without_a_line_end(end: str, rows: int) -> None:
    content = "a,b,c\n" + "0.125,0.250,9.812\n" * 3 + end
    assert columns(content).shape == (rows, 3)


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xff\xfe", b"\x00\x01", bytes(range(256)), b"\x80abc"])
def test_what_is_not_text_is_refused(content: bytes) -> None:
    with pytest.raises(RecordingError) as caught:
        split_text(as_utf8(content))
    assert caught.value.code in ("empty", "not_text", "no_numbers")


def test_a_file_of_words_has_no_numbers() -> None:
    with pytest.raises(RecordingError, match="no rows of numbers"):
        split_text(as_utf8(b"word\n" * (MAX_HEAD_LINES * 2)))


def test_a_very_long_line_is_not_kept_whole() -> None:
    with pytest.raises(RecordingError):
        split_text(as_utf8(b"x" * 5_000_000))


def test_cells_of_a_column_are_given_as_text() -> None:
    text = split_text(as_utf8(b"when,b,c,d\n10:00:01,1,2,3\n\n10:00:02,4,5,6\n"))
    assert cells(text, 0) == ["10:00:01", "10:00:02"]
    assert not text.is_number(0)
    assert text.is_number(1)
    assert not text.is_number(9)
    with pytest.raises(RecordingError, match="cut off"):
        cells(split_text(as_utf8(b"a,b,c\n1,2,3\n4\n")), 2)


def test_the_products_own_head_needs_no_guessing() -> None:
    content = f"# stance: LBEO\n{HEADER}\n0,0,0,9.8\n".encode()
    quick, general = split_product_csv(content), split_text(content)
    assert quick is not None
    assert (quick.header, quick.body_line, quick.start) == (general.header, general.body_line, general.start)
    assert quick.comments == general.comments


@pytest.mark.parametrize(
    "content",
    [b"t,ax,ay,az\n0,0,0,9.8\n", f"words\n{HEADER}\n0,0,0,9.8\n".encode(), f"{HEADER}\n".encode(), HEADER.encode()],
)
def test_any_other_head_is_left_to_the_general_way(content: bytes) -> None:
    assert split_product_csv(content) is None


@pytest.mark.parametrize(
    "content",
    [
        "a,b,c\n" + "0.125,-2e-3,9.81\n" * 50,
        "a;b;c\n0,5;1,25;-3\n\n1;2;3\n",
        "a b c\n 1   2 3\n4 5   6 \n",
        'a,b,c,d\n1,"2",3,x\n4,"5",6,"y, z"\n',
        "a,b,c\n1,2,3\n4,5,6",
        "a,b,c\n1,2,3\n4,x,6\n",
        "a,b,c\n1,2,3\n4,5\n7,8,9\n",
        "a,b,c\n1,2,3\n\n\n",
    ],
)
def test_few_lines_are_read_as_many_are(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> object:
        try:
            return columns(content).tolist()
        except RecordingError as error:
            return str(error)

    few = read()
    monkeypatch.setattr("kinometric.recordings.table._FEW_BYTES", 0)
    assert read() == few
