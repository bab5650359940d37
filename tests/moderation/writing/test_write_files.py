"""Ana adds pictures and documents to her case, in the form itself and without a script."""

import io

import pytest

from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices.models import Medium, Revision
from tests import cast
from tests.moderation import paper

STEP = "contact-and-rights"


@pytest.fixture
def case(app):
    """(Ana's browser, the address of the step with the files, how to read an answer)."""
    with app.app_context():
        ana = cast.ana()
        revision = cast.draft(ana)
        db.session.commit()

    def told(name):
        with app.app_context():
            return db.session.get(Revision, revision.id).get(name, None)

    return cast.client_of(app, ana), f"/write/{revision.practice.public_id}/{STEP}", told


def send(browser, address, page=None, **changes):
    """Post the step with uploads: values that are (bytes, name) are files."""
    page = page or browser.get(address)
    files = {
        name: (io.BytesIO(value[0]), value[1]) for name, value in changes.items() if isinstance(value, tuple)
    }
    values = paper.filled(page, {name: value for name, value in changes.items() if name not in files})
    answer = browser.post(
        address, data={**values.to_dict(flat=False), **files}, content_type="multipart/form-data"
    )
    answer.request.environ["wsgi.input"].close()  # a large body lies in a temporary file
    return answer


def test_a_picture_is_added_with_its_words(case):
    browser, address, told = case
    changes = {
        "media-0-upload": (cast.picture(), "square.png"),
        "media-0-alt": "A square",
        "media-0-licence": "CC0-1.0",
    }
    assert send(browser, address, **changes).status_code == 303
    (row,) = told("media")
    assert row == {"file": row["file"], "alt": "A square", "licence": "CC0-1.0"}
    assert browser.get(f"/media/{row['file']}/320.webp", buffered=True).status_code == 200
    page = browser.get(address)
    assert f"/media/{row['file']}/320.webp" in page.text
    assert send(browser, address, page, **{"media-0-credit": "Ana"}).status_code == 303
    assert told("media") == [{**row, "credit": "Ana"}]


def test_a_document_is_added_by_the_same_button(case):
    browser, address, told = case
    send(browser, address, **{"documents-0-upload": (cast.PDF, "plan.pdf"), "documents-0-name": "The plan"})
    (row,) = told("documents")
    assert row["name"] == "The plan"
    assert (
        browser.get(f"/media/{row['file']}", buffered=True).headers["Content-Disposition"]
        == "attachment; filename=plan.pdf"
    )


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "map.svg", "not a picture"),
        (cast.picture(900, 900, "JPEG")[:3000], "half.jpg", "broken"),
        (bytes(20 * 1024 * 1024 + 1), "huge.png", "too large"),
        (b"", "empty.png", "empty"),
    ],
    ids=["svg", "half", "huge", "empty"],
)
def test_a_refused_picture_is_told_at_its_field_and_all_other_text_is_kept(case, data, name, said):
    browser, address, told = case
    changes = {"media-0-alt": "What it would show", "note_to_reviewers": "Please mind the map."}
    answer = send(browser, address, **changes, **{"media-0-upload": (data, name)})
    assert answer.status_code == 422
    assert said in paper.error_at(answer, "media-0-upload")
    assert "What it would show" in answer.text
    assert told("note_to_reviewers") == "Please mind the map."
    assert told("media") is None


def test_a_good_file_is_kept_when_another_field_is_wrong(case):
    browser, address, told = case
    changes = {"media-0-upload": (cast.picture(), "square.png"), "contacts-0-mail": "nonsense"}
    answer = send(browser, address, **changes)
    assert answer.status_code == 422
    assert len(told("media")) == 1
    form = paper.filled(answer, {"contacts-0-mail": "office@porto.example"})
    assert browser.post(address, data=form).status_code == 303
    assert len(told("media")) == 1


def test_words_without_a_file_are_not_thrown_away(case):
    browser, address, _told = case
    answer = send(browser, address, **{"media-0-alt": "A tram that I forgot to choose"})
    assert answer.status_code == 422
    assert "Choose a file" in paper.error_at(answer, "media-0-upload")
    assert "A tram that I forgot to choose" in answer.text


def test_a_picture_of_another_case_cannot_be_borrowed(app, case):
    browser, address, told = case
    with app.app_context():
        nuno = cast.person("Nuno", city="wien")
        foreign, _document = cast.put_media(cast.draft(nuno, city="wien").practice, nuno)
        db.session.commit()
    answer = send(browser, address, **{"media-0-file": foreign.id, "media-0-alt": "Not ours"})
    assert answer.status_code == 422
    assert told("media") is None


def test_a_document_is_not_taken_for_a_picture(app, case):
    browser, address, told = case
    send(browser, address, **{"documents-0-upload": (cast.PDF, "plan.pdf")})
    document = told("documents")[0]["file"]
    assert send(browser, address, **{"media-0-file": document, "media-0-alt": "x"}).status_code == 422
    assert told("media") is None


def test_adding_a_row_sends_the_file_that_was_chosen(app, case):
    browser, address, told = case
    page = send(browser, address, **{"media-0-upload": (cast.picture(), "one.png"), "add": "media"})
    assert page.status_code == 200
    assert paper.read(page).values["media-0-file"] == told("media")[0]["file"]
    assert "media-1-alt" in paper.read(page).values
    with app.app_context():
        assert db.session.query(Medium).count() == 1


def test_a_picture_is_taken_out_again(case):
    browser, address, told = case
    send(browser, address, **{"media-0-upload": (cast.picture(), "one.png")})
    page = send(browser, address, remove="media-0")
    assert browser.post(address, data=paper.filled(page, do="save")).status_code == 303
    assert told("media") is None


# One by one, by a script


@pytest.fixture
def sending(app, case):
    browser, address, told = case
    files = address.rsplit("/", 1)[0] + "/files"

    def send_one(data=None, name="square.png", kind="media", by=browser):
        form = {"csrf_token": cast.token_for(app, by), "kind": kind}
        if data is not None:
            form["file"] = (io.BytesIO(data), name)
        return by.post(files, data=form, content_type="multipart/form-data")

    return send_one


def test_a_file_that_arrives_by_itself_is_named_and_a_row_takes_it(case, sending):
    browser, address, told = case
    answer = sending(cast.picture())
    assert answer.status_code == 201
    assert (answer.json["name"], answer.json["width"], answer.json["height"]) == ("square.png", 320, 240)
    assert browser.get(answer.json["picture"], buffered=True).status_code == 200
    changes = {"media-0-file": answer.json["file"], "media-0-alt": "A square"}
    assert send(browser, address, **changes).status_code == 303
    assert told("media") == [{"file": answer.json["file"], "alt": "A square"}]


def test_a_document_too(case, sending):
    browser, _address, _told = case
    answer = sending(cast.PDF, "report.pdf", "documents")
    assert browser.get(answer.json["address"], buffered=True).data == cast.PDF


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "media", "not a picture"),
        (b"MZ\x90\x00", "documents", "Send a PDF"),
        (b"", "media", "empty"),
        (None, "media", "Choose a file"),
        (cast.PDF, "media", "not a picture"),
        (cast.PDF, "story", "Choose a file"),
    ],
)
def test_what_is_refused_is_told_at_its_row(sending, data, kind, said):
    answer = sending(data, "report.pdf", kind)
    assert answer.status_code == 422
    assert said in answer.json["message"]


def test_nobody_else_sends_files_to_her_case(app, sending):
    with app.app_context():
        chloe = cast.chloe()
        db.session.commit()
        before = db.session.query(Medium).count()
    assert sending(cast.picture(), by=cast.client_of(app, chloe)).status_code == 404
    with app.app_context():
        assert db.session.query(Medium).count() == before


def test_a_file_of_a_submitted_case_comes_too_late(app, case, sending):
    with app.app_context():
        revision = db.session.query(Revision).one()
        moderation.submit(revision, revision.created_by)
        db.session.commit()
    assert sending(cast.picture()).status_code == 409


# The focal point


def test_the_focal_point_is_two_numbers_and_the_picture_is_cut_around_them(case):
    browser, address, told = case
    place = {"media-0-focus_x": "23", "media-0-focus_y": "78,5"}
    send(browser, address, **{"media-0-upload": (cast.picture(), "square.png")}, **place)
    assert (told("media")[0]["focus_x"], told("media")[0]["focus_y"]) == ("23", "78.5")
    assert "focus-x-25 focus-y-80" in browser.get(address).text


@pytest.mark.parametrize(
    ("x", "y", "field", "said"),
    [
        ("101", "50", "media-0-focus_x", "from 0 to 100"),
        ("50", "-1", "media-0-focus_y", "from 0 to 100"),
        ("50", "", "media-0-focus_y", "both numbers"),
        ("left", "50", "media-0-focus_x", "Write a number"),
    ],
)
def test_a_focal_point_outside_the_picture_is_told(case, x, y, field, said):
    browser, address, _told = case
    place = {"media-0-focus_x": x, "media-0-focus_y": y}
    answer = send(browser, address, **{"media-0-upload": (cast.picture(), "square.png")}, **place)
    assert answer.status_code == 422
    assert said in paper.error_at(answer, field)


def test_pictures_come_as_webp_with_jpeg_for_old_browsers_and_keep_their_place(case):
    browser, address, _told = case
    send(browser, address, **{"media-0-upload": (cast.picture(), "square.png"), "media-0-alt": "A square"})
    page = browser.get(address.rsplit("/", 1)[0] + "/preview").text
    assert '<source type="image/webp" srcset="/media/' in page
    assert '/1280.jpg 1280w" sizes=' in page and 'width="400" height="300" loading="lazy"' in page
