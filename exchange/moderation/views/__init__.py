"""Pages of this room, in folders by what a person is about.

`writing`: those who tell a case, and those who write it with them. `links`: those who are asked without an
account. `review`: the desk and the screen on which a case is judged. `publication`: what follows a decision,
and the versions that everyone may read. `tables`: many cases at once. `vocabulary`: the words of all of them.
"""

from flask import Blueprint

from exchange.moderation import service
from exchange.moderation.models import MARKS, RUBRIC
from exchange.practices import media
from exchange.search import indexing

moderation = Blueprint("moderation", __name__)


def init_app(app):
    # their routes hang on the blueprint
    from exchange.moderation.views import links, publication, refusals, review, tables, vocabulary, writing

    for folder in (links, publication, review, tables, vocabulary, writing):
        folder.init_app(app)
    app.jinja_env.globals.update(rubric_line=RUBRIC.get, mark_name=MARKS.get)
    app.register_blueprint(moderation)
    for refusal in refusals.REFUSALS:
        app.register_error_handler(refusal, refusals.told)
    media.open_to(app, service.reads_file)
    indexing.also(app, service.words_of_evaluations)
