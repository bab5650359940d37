"""`exchange reindex`: the index built anew, or compared with the table."""

from exchange.cli.progress import Progress
from exchange.search import indexing


def rebuild():
    progress = Progress("Indexing")
    count = indexing.rebuild(progress)
    progress.close()
    return f"{count} cases indexed."


def verify():
    differences = indexing.verify()
    if not differences:
        return "Index and table agree."
    return "\n".join(
        [
            *(str(difference) for difference in differences),
            f"{len(differences)} differences: run `exchange reindex`.",
        ]
    )
