"""What follows a decision: plans, pauses, labels, appeals, and the versions that everyone may read."""


def init_app(app):
    from exchange.moderation.views.publication import (  # noqa: F401 – their routes hang on the blueprint
        appeals,
        labels,
        merging,
        pauses,
        plans,
        versions,
        visibility,
    )
