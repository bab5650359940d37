"""Pages of this room.

For those who tell a case: `cases`, `write` (with `step` and `conflict`), `files`, `history`, `beside`,
`people`, `submission`, `told`, `uploads`; for those they ask: `invitations`, `shared`; for reviewers: `desk`,
`bulk`, `batches`, `review` (with `remarks` and `notes`), `claims`, `visibility`, `vocabulary` (and
`words`, `missing_words`), `reasons`, `translation_desk`, `merging`; `evaluations` for readers and for them,
`translations` for whoever knows a second language.
What follows a decision: `publication`, `appeals`, `labels`, `pauses`, and for everyone `versions`.
"""

from flask import Blueprint

from exchange.moderation import service
from exchange.moderation.models import MARKS, RUBRIC
from exchange.practices import media

moderation = Blueprint("moderation", __name__)


def init_app(app):
    from exchange.moderation.views import (  # noqa: F401 – their routes hang on the blueprint
        answers_page,
        appeals,
        asked_shown,
        asking,
        batches,
        beside,
        bulk,
        cases,
        claims,
        clearance_page,
        clearing,
        confirm_page,
        desk,
        evaluations,
        files,
        history,
        invitations,
        labels,
        merging,
        missing_words,
        notes,
        pauses,
        people,
        publication,
        reasons,
        remarks,
        review,
        shared,
        submission,
        telling,
        told,
        translation_desk,
        translations,
        uploads,
        versions,
        visibility,
        vocabulary,
        words,
        write,
    )

    asked_shown.init_app(app)
    app.jinja_env.globals.update(rubric_line=RUBRIC.get, mark_name=MARKS.get)
    app.register_blueprint(moderation)
    media.open_to(app, service.reads_file)
