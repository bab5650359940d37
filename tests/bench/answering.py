"""A process that answers every question as a web process would, then tells its memory (see `work`)."""

import json
import time

from exchange import config, create_app
from tests.bench import installation
from tests.bench.questions import questions
from tests.bench.speed import whole_find


def main():
    app = create_app(config.load())
    with app.app_context():
        asked = questions(installation.corpus())
    bare = megabytes()
    ask = whole_find(app)
    began = time.perf_counter()
    ask(asked[0])
    first = time.perf_counter() - began
    for question in asked:
        ask(question)
    print(json.dumps({"megabytes": megabytes(), "bare_megabytes": bare, "first_ms": first * 1000}))


def megabytes():
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS:"))


if __name__ == "__main__":
    main()
