"""The ledger: what cities took up from each other."""

from exchange.network.forms.ledger import STAGE_NAMES, TREATMENT_NAMES
from exchange.network.service.ledger import drawing
from exchange.practices import service as practices


def init_app(app):
    from exchange.network.views.ledger import records, writing  # noqa: F401 – their routes hang on the blueprint

    app.jinja_env.globals.update(
        path_of_case=practices.path_of,
        transfer_stage=lambda stage: STAGE_NAMES.get(stage, stage),
        treatment_name=lambda what: TREATMENT_NAMES.get(what, what),
        draw_family=drawing.draw,
        transfer_cost=drawing.cost_of,
    )
