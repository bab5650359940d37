"""`exchange reindex`: the index built anew, or compared with the table."""

import time

from exchange.cli.progress import Progress
from exchange.search import indexing

MENDING = "The worker mends them within the hour; `exchange reindex` does so now."
NAMED = 40  # differences that are told one by one


def rebuild():
    progress, begun = Progress("Indexing"), time.monotonic()
    count = indexing.rebuild(progress)
    progress.close()
    return f"{count:,} cases indexed in {time.monotonic() - begun:.1f} seconds."


def differences():
    """What differs between index and table, a line for each case; '' when they agree."""
    if not indexing.is_readable():
        return "The index is missing or broken: the worker builds it, or run `exchange reindex`."
    found = indexing.verify()
    lines = [str(one) for one in found[:NAMED]]
    lines += [f"… and {len(found) - NAMED:,} more."] if len(found) > NAMED else []
    lines += [f"Cases that differ: {len(found):,}. {MENDING}"]
    return "\n".join(lines) if found else ""
