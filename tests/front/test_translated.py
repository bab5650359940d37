"""A case page in the reader's language, the original one click away."""

import re

import pytest

from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from exchange.practices import translating
from tests import cast
from tests.moderation import stage

FRENCH = {
    "title": "Un budget participatif",
    "summary": "Les habitants décident.",
    "challenge": "La **méfiance**.",
}


@pytest.fixture
def budget(app):
    """The path of a case of Porto that was translated into French."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        practice = cast.published(ana, bruno)
        cast.translated(practice, ana, bruno, **FRENCH)
        db.session.commit()
        return practices.path_of(practice, "A budget that residents decide")


def read(app, path, **args):
    answer = app.test_client().get(path, query_string=args)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_readers_language_comes_first_and_the_original_is_one_click_away(app, budget):
    page = read(app, budget, hl="fr")
    assert '<h1 lang="fr">Un budget participatif</h1>' in page
    assert '<div class="text" lang="fr"><p>La <strong>méfiance</strong>.</p>' in page
    assert f'lang="en"><p>{cast.ANSWERS["solution"]}' in page
    assert f'href="{budget}?text=original"' in page
    page = read(app, budget, hl="fr", text="original")
    assert '<h1 lang="en">A budget that residents decide</h1>' in page and f'href="{budget}?text=fr"' in page


def test_others_read_the_original_and_may_ask_for_the_translation(app, budget):
    assert '<h1 lang="en">' in read(app, budget, hl="es")
    page = read(app, budget, hl="en", text="fr")
    assert '<h1 lang="fr">' in page and "Translated from English by people." in page
    assert "What nobody has translated stands as it was written." in page
    assert '<h1 lang="en">' in read(app, budget, hl="en", text="de")


def test_it_is_cited_by_its_own_title(app, budget):
    assert '<cite lang="en">A budget that residents decide</cite>' in read(app, budget, hl="fr")


def test_what_changed_since_is_marked_where_it_stands(app, budget):
    with app.app_context():
        ana, bruno = (db.session.query(cast.User).filter_by(name=name).one() for name in ("Ana", "Bruno"))
        practice = practices.find(budget.split("/")[2].split("-")[0])
        draft = practices.next_draft(practices.public_revision(practice), ana)
        practices.write(draft, {"challenge": "Everybody shouted.", "summary": "Residents vote."}, {})
        review = moderation.submit(draft, ana)
        moderation.take(review, bruno)
        moderation.decide(review, "approve", bruno, **stage.JUDGED)
        db.session.commit()
    page = read(app, budget, hl="en", text="fr")
    section = page.partition('id="challenge"')[2].partition("</section>")[0]
    assert "The original has changed since this was translated." in section and "méfiance" in section
    assert "The original of title or summary has changed since." in page
    assert page.count("The original has changed since this was translated.") == 1
    older = read(app, f"/practices/{practice.public_id}/revisions/1", hl="fr")
    assert '<h1 lang="en">' in older


def test_what_a_machine_wrote_is_called_so(app, budget):
    with app.app_context():
        ana, bruno = (db.session.query(cast.User).filter_by(name=name).one() for name in ("Ana", "Bruno"))
        practice = practices.find(budget.split("/")[2].split("-")[0])
        made = translating.begin(practice, "de", ana)
        source = practices.public_revision(practice)
        translating.fill(made, source, {"title": "Ein Haushalt", "summary": "Sie entscheiden."}, ana)
        translating.submit(made, ana)
        moderation.decide_translation(made, "approve", bruno)
        db.session.commit()
    assert "with the help of a machine" in read(app, budget, text="de", hl="en")


def test_a_checked_figure_stays_checked_in_every_language(app, budget):
    with app.app_context():
        ana, bruno = (db.session.query(cast.User).filter_by(name=name).one() for name in ("Ana", "Bruno"))
        practice = practices.find(budget.split("/")[2].split("-")[0])
        key = moderation.claims_of(practice)[0].key
        told = translating.in_language(practices.public_revision(practice), "fr")
        assert practices.claim_of(told.get("results")[0]) == key
        made = cast.translation(practice, ana, results__0__indicator="Électeurs")
        translating.submit(made, ana)
        moderation.decide_translation(made, "approve", bruno)
        told = translating.in_language(practices.public_revision(practice), "fr")
        assert told.get("results")[0]["indicator"] == "Électeurs"
        assert practices.claim_of(told.get("results")[0]) == key


def test_a_draft_of_a_translation_is_shown_to_nobody(app, budget):
    with app.app_context():
        practice = practices.find(budget.split("/")[2].split("-")[0])
        made = cast.translation(practice, practice.lead, "de", title="zqdraft", summary="zqdraft")
        db.session.commit()
        assert made.state == "draft"
    assert "zqdraft" not in read(app, budget, text="de") and "zqdraft" not in read(app, budget, hl="de")


def test_every_text_that_is_not_in_the_pages_language_says_so(app, budget):
    """French page, French title: what is left in English carries lang=en."""
    page = read(app, budget, hl="fr")
    story = page.partition('<article class="story">')[2].partition("</article>")[0]
    for text in ("City council", "Distrust", "A budget line of its own", "The council kept its promises."):
        assert re.search(rf'lang="en"[^<]*>(?:<[^>]+>)*{re.escape(text)}', story), text


def test_pictures_and_documents_speak_the_readers_language_too(app, budget):
    with app.app_context():
        practice = practices.find(budget.split("/")[2].split("-")[0])
        bruno = db.session.query(cast.User).filter_by(name="Bruno").one()
        image, document = cast.public_media(practice, practice.lead)
        told = {"media__0__alt": "Une place", "documents__0__name": "Rapport"}
        cast.translated(practice, practice.lead, bruno, **told)
        db.session.commit()
        address = f"/media/{document.id}"
    page = read(app, budget, hl="fr")
    assert re.search(r'<img [^>]*alt="Une place" lang="fr"', page)
    assert re.search(r'<a href="[^"]+" lang="fr" hreflang="en">Rapport</a>', page) and address in page
    page = read(app, budget, hl="fr", text="original")
    assert re.search(r'<img [^>]*alt="A square" lang="en"', page) and ">Report</a>" in page
