"""Pages for everybody: `home`, a case (`cases`, its drawn `covers`), `places` and topics, `coverage`.

`audit` is for coordinators; `machines` answers robots and those who look after the machine.
"""

from flask import Blueprint

from exchange.core import maps
from exchange.front.acts import acts_of
from exchange.front.views.topics import root_of
from exchange.practices import schema, service, shown
from exchange.taxonomy import service as taxonomy

front = Blueprint("front", __name__)


def init_app(app):
    from exchange.front.views import (  # noqa: F401 – their routes hang on the blueprint
        audit,
        cases,
        counting,
        coverage,
        covers,
        home,
        machines,
        personal,
        places,
    )

    shown.init_app(app)
    app.jinja_env.globals.update(
        place_of=lambda practice, revision: service.place_of(practice, revision.answers),
        coordinates=maps.coordinates_label,
        root_of=root_of,
        country_name=taxonomy.country_name,
        goal_name=taxonomy.goal_name,
        slug_of=service.slug_of,
        tag_slug=taxonomy.tag_slug,
        contents_of=shown.contents_of,
        open_answers=schema.open_answers,
        acts_of=acts_of,
    )
    app.register_blueprint(front)
