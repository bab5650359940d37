"""Every version that was ever public, and any two side by side: for everyone, and only what is public."""

import pytest

from exchange.core.models import db
from exchange.practices import service as practices
from tests import cast

SECRET = "zqsecret"


@pytest.fixture
def code(app):
    """A case with three versions, and a fourth on its way; each holds something that is not for everybody."""
    hidden = {"name": "Direct line", "mail": f"{SECRET}@porto.example", "shown_to": "verified"}
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        contacts = [*cast.ANSWERS["contacts"], hidden]
        practice = cast.published(ana, bruno, contacts=contacts, note_to_reviewers=SECRET)
        cast.next_published(
            practice, ana, bruno, solution="Every autumn, assemblies in each parish propose and vote."
        )
        results = [{**cast.ANSWERS["results"][0], "value": "6100"}]
        moved = {"results": results, "contacts": [contacts[0], {**hidden, "name": f"{SECRET} moved"}]}
        cast.next_published(practice, ana, bruno, **moved)
        draft = practices.next_draft(practices.public_revision(practice), ana)
        practices.write(draft, {"objectives": SECRET}, {})
        db.session.commit()
        return practice.public_id


def see(app, path, status=200):
    answer = app.test_client().get(path)
    assert answer.status_code == status, answer.status
    return answer.get_data(as_text=True)


def test_the_list_tells_of_each_version_when_and_what_changed(app, code):
    page = see(app, f"/practices/{code}/versions")
    assert page.count('<th scope="row">') == 3 and "First version" in page
    assert "What was done" in page or "Solution" in page
    assert "Results" in page and f"/practices/{code}/compare/1/2" in page
    assert "Contact" not in page.partition("<table")[2].partition("</table>")[0]


def test_any_two_versions_stand_side_by_side_word_by_word_and_row_by_row(app, code):
    page = see(app, f"/practices/{code}/compare/1/3")
    assert "<del>spring,</del>" in page and "<ins>autumn,</ins>" in page
    assert "<del>5400</del>" in page and "<ins>6100</ins>" in page
    assert '<meta name="robots" content="noindex">' in page


def test_the_address_is_the_same_whichever_version_is_named_first(app, code):
    answer = app.test_client().get(f"/practices/{code}/compare/3/1")
    assert answer.status_code == 301 and answer.location.endswith(f"/practices/{code}/compare/1/3")
    answer = app.test_client().get(f"/practices/{code}/versions?old=3&new=2")
    assert answer.status_code == 303 and answer.location.endswith("/compare/2/3")


def test_nothing_that_is_not_for_everybody_stands_in_list_or_comparison(app, code):
    pages = [see(app, f"/practices/{code}/{path}") for path in ("versions", "compare/1/2", "compare/2/3")]
    assert not any(SECRET in page for page in pages)
    with app.app_context():
        texts = practices.find(code).revisions
        assert all(SECRET in str(text.answers) for text in texts)  # the danger was there


def test_a_version_that_is_not_public_yet_has_no_comparison(app, code):
    for path in ("compare/3/4", "compare/1/1", "compare/0/1"):
        see(app, f"/practices/{code}/{path}", 404)


def test_a_withdrawn_case_shows_neither(app, code):
    with app.app_context():
        practices.show(practices.find(code), "tombstone", cast.person("Dora", "coordinator"), "It ended.")
        db.session.commit()
    for path in ("versions", "compare/1/2"):
        page = see(app, f"/practices/{code}/{path}", 410)
        assert "It ended." in page and "autumn" not in page


def test_a_draft_has_no_versions(app):
    with app.app_context():
        draft = cast.draft(cast.ana()).practice.public_id
        db.session.commit()
    see(app, f"/practices/{draft}/versions", 404)
    see(app, "/practices/ZZZZZZ/versions", 404)
