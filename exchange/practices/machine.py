"""The door to a translation machine: a function that the installation names, none by default.

EXCHANGE_TRANSLATOR='package.module:function' names `function(texts, source, target)`: a list of texts
(Markdown), two language codes; it returns a list as long, in the same order. It may be slow and it may
fail: nobody waits longer than PATIENCE, and at most AT_ONCE calls run, given up ones among them.
"""

import logging
import threading
from importlib import import_module
from queue import Empty, SimpleQueue

from flask import current_app

PATIENCE = 12.0  # seconds
AT_ONCE = 3
running = threading.BoundedSemaphore(AT_ONCE)
log = logging.getLogger(__name__)


class Away(Exception):
    """The machine did not answer, or not with what was asked for. `kind`: slow, busy or broken."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


def is_there():
    return bool(current_app.config["SETTINGS"].translator)


def translate(texts, source, target):
    """What the machine makes of these texts, in their order; raises Away. Holds no transaction."""
    if not running.acquire(blocking=False):
        raise Away("busy")
    answers = SimpleQueue()
    threading.Thread(
        target=call,
        args=(current_app.config["SETTINGS"].translator, texts, source, target, answers),
        daemon=True,
    ).start()
    try:
        answer = answers.get(timeout=PATIENCE)
    except Empty:
        raise Away("slow") from None
    if not is_answer(answer, texts):
        raise Away("broken")
    return answer


def call(name, texts, source, target, answers):
    try:
        module, _colon, function = name.partition(":")
        answers.put(getattr(import_module(module), function)(list(texts), source, target))
    except Exception:
        log.exception("the translator %s", name)
        answers.put(None)
    finally:
        running.release()


def is_answer(answer, texts):
    return (
        isinstance(answer, list) and len(answer) == len(texts) and all(isinstance(one, str) for one in answer)
    )
