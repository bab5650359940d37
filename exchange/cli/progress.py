"""A progress bar on standard error, for whatever takes more than two seconds."""

import math
import sys
import time


class Progress:
    """`progress(done, total)` as often as you like; it shows itself after two seconds, terminal or not."""

    def __init__(self, what, stream=None):
        self.what, self.stream = what, stream or sys.stderr
        self.began, self.last = time.monotonic(), -math.inf
        self.shown = False

    def __call__(self, done, total):
        moment = time.monotonic()
        if moment - self.began < 2 or moment - self.last < (0.2 if self.stream.isatty() else 5):
            return
        self.last, self.shown = moment, True
        filled = int(30 * done / total) if total else 0
        rate = done / (moment - self.began)
        self.write(f"{self.what} [{'#' * filled}{'-' * (30 - filled)}] {done}/{total}  {rate:.0f}/s")

    def write(self, text):
        self.stream.write(f"\r{text}" if self.stream.isatty() else f"{text}\n")
        self.stream.flush()

    def close(self):
        if self.shown and self.stream.isatty():
            self.stream.write("\n")
