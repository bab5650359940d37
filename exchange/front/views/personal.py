"""What is stored about people: how long, told to everyone; all of one's own, to take along."""

import json

from flask import Response, current_app, render_template
from flask_login import current_user

from exchange.core.web import require
from exchange.front.personal import exporting
from exchange.front.views import front


@front.get("/about/data")
def data():
    return render_template("front/data.html", settings=current_app.config["SETTINGS"])


@front.get("/account/data.json")
def own_data():
    """Everything about whoever asks, as a file."""
    require(current_user.is_authenticated)
    told = exporting.everything_about(current_user._get_current_object())
    answer = Response(json.dumps(told, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = "attachment; filename=my-data.json"
    return answer
