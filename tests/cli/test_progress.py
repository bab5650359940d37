"""Progress shows itself only to those who wait."""

import io

import pytest

from exchange.cli import progress


class Clock:
    now = 100.0

    def monotonic(self):
        return self.now


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_what_is_done_within_two_seconds_is_done_silently(clock, stream):
    bar = progress.Progress("Importing", stream)
    for _ in range(10):
        clock.now += 0.19
        bar(1, 10)
    bar.close()
    assert stream.getvalue() == ""


def test_a_terminal_sees_one_line_that_fills(clock):
    stream = Terminal()
    bar = progress.Progress("Importing", stream)
    for moment, done in ((102, 20), (102.1, 21), (102.5, 50), (104, 100)):
        clock.now = moment
        bar(done, 100)
    bar.close()
    assert stream.getvalue() == (
        f"\rImporting [{'#' * 6}{'-' * 24}] 20/100  10/s"
        f"\rImporting [{'#' * 15}{'-' * 15}] 50/100  20/s"
        f"\rImporting [{'#' * 30}] 100/100  25/s\n"
    )


def test_a_log_gets_a_line_every_five_seconds(clock):
    stream = io.StringIO()
    bar = progress.Progress("Indexing", stream)
    for moment in range(101, 113):
        clock.now = float(moment)
        bar(moment - 100, 0)
    bar.close()
    assert [line.split()[-2] for line in stream.getvalue().splitlines()] == ["2/0", "7/0", "12/0"]
