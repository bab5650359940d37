"""Talk: challenges with their answers and comments, support questions, what was reported."""

from exchange.core import markup
from exchange.network.service.talk.challenges import path_of as challenge_path
from exchange.network.service.talk.questions import path_of as question_path


def init_app(app):
    from exchange.network.views.talk import (  # noqa: F401 – their routes hang on the blueprint
        answers,
        outcomes,
        replies,
        reported,
    )

    app.jinja_env.globals.update(
        challenge_path=challenge_path, question_path=question_path, plain_text=markup.plain
    )
