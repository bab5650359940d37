"""What the tests of bulk import play with: somebody who sends tables, and reads what is said of them."""

import io
import re
from html import unescape

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.moderation.bulk_models import Upload, UploadRow
from exchange.moderation.service.tables import batches
from exchange.practices.models import Practice, Revision
from tests import cast
from tests.moderation import stage
from tests.moderation.review.test_desk import Browser, main_of
from tests.practices import sheets

HEADINGS = ["Title", "Start", "Summary", "Topics", "Result 1: Unit", "results 1 indicator", "Number"]
TRAM = ["A tram to the hospital", "2019", "Rails over the bridge.", "cycling; walking", "%", "Riders", "17"]
BATH = ["A bath for everyone", "2020", "Water in the yard.", "Housing", "", "", "18"]


class Sender(Browser):
    """A browser of somebody who sends tables; `into` is where the cases go."""

    def __init__(self, app, user, into="city:porto"):
        super().__init__(app, user)
        self.app, self.into = app, into

    def send_file(self, data, name="cases.csv", status=303, **more):
        """Send a file; the number of the upload, or the page that says why not."""
        form = {"csrf_token": self.token, "into": self.into, "file": (io.BytesIO(data), name), **more}
        answer = self.client.post("/bulk", data=form, content_type="multipart/form-data")
        assert answer.status_code == status, main_of(answer)
        return int(answer.location.split("/")[2]) if status == 303 else words(answer.get_data(as_text=True))

    def check(self, number, status=303, key="-1", **columns):
        """Send the columns as they were guessed, some of them changed; -1 is title and start."""
        from tests.moderation import paper

        page = self.client.get(f"/bulk/{number}/columns")
        assert page.status_code == 200, main_of(page)
        values = paper.filled(page, {"csrf_token": self.token, "key": key, **columns})
        values.poplist("sheet")
        answer = self.client.post(f"/bulk/{number}/columns", data=values)
        assert answer.status_code == status, main_of(answer)
        return words(answer.get_data(as_text=True))

    def checked(self, *rows, headings=HEADINGS, **more):
        """Send rows and have them checked; the number of the upload."""
        number = self.send_file(sheets.separated(headings, *rows))
        self.check(number, **more)
        work(self.app)
        return number

    def made(self, *rows, **more):
        """The same, and make the drafts."""
        number = self.checked(*rows, **more)
        self.send(f"/bulk/{number}/drafts")
        work(self.app)
        return number

    def report(self, number):
        return words(self.see(f"/bulk/{number}"))


def words(page):
    """The words of a page's main part."""
    main = page.partition('<main id="main"')[2]
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", main).split()))


def work(app):
    """What the worker does until nothing waits."""
    with app.app_context():
        while reactions.react():
            pass


def drafts(app, *names):
    """The texts of all cases, oldest first, as tuples of these answers."""
    with app.app_context():
        found = db.session.query(Revision).order_by(Revision.id).all()
        return [tuple(one.get(name) for name in names or ("title",)) for one in found]


def rows(app, number):
    """(state, outcome) of each row of an upload."""
    with app.app_context():
        found = db.session.query(UploadRow).filter_by(upload_id=number).order_by(UploadRow.number)
        return [(one.state, one.outcome) for one in found]


def state(app, number):
    with app.app_context():
        return db.session.get(Upload, number).state


def people(app):
    """Ana of Porto, Ines who administers it, Paula of the award, Bruno, Dora; by name."""
    with app.app_context():
        found = {
            "ana": cast.ana(),
            "ines": cast.person("Ines", city="porto", city_admin=True),
            "otto": cast.person("Otto", city="wien", city_admin=True),
            "paula": cast.person("Paula"),
            "bruno": cast.bruno(),
            "dora": stage.dora(),
        }
        db.session.commit()
        return found


def batch(app, people, *cities, name="Green City Award", kind="award", **more):
    """The number of a batch that Dora opened and Paula sends."""
    with app.app_context():
        dora, paula = (accounts.find_user(people[one].email) for one in ("dora", "paula"))
        made = batches.open_batch(
            dora, paula, kind=kind, name=name, cities=[cast.find_city(one) for one in cities], **more
        )
        db.session.commit()
        return made.id


def ids(app):
    with app.app_context():
        return [one.public_id for one in db.session.query(Practice).order_by(Practice.id)]
