"""`exchange reindex`: the index built anew, or compared with the table."""

from exchange.cli.progress import Progress
from exchange.search import indexing


def rebuild():
    progress = Progress("Indexing")
    count = indexing.rebuild(progress)
    progress.close()
    return f"{count} cases indexed."


def differences():
    """Where index and table differ, a line each; '' when they agree."""
    found = indexing.verify()
    lines = [str(one) for one in found] + [f"{len(found)} differences: run `exchange reindex`."]
    return "\n".join(lines) if found else ""
