"""Citations: whose words, which version, under which address, for good."""

import pytest
import rispy

from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from tests import cast
from tests.api import readers
from tests.moderation import stage as reviews
from tests.search import stage

SITE = "http://127.0.0.1:8000"


@pytest.fixture
def told(app):
    """Ana's case in two versions; its public id."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        review = reviews.published(ana, bruno)
        newer = reviews.next_version(review, ana, title="Told again")
        moderation.take(newer, bruno)
        moderation.decide(newer, "approve", bruno, **reviews.JUDGED)
        db.session.commit()
        return review.practice.public_id


def get(app, path, status=200):
    answer = app.test_client().get(path)
    assert answer.status_code == status
    return answer


def entry(app, path):
    """(key, entry) of a file with one of them."""
    [(key, found)] = readers.entries(get(app, path).data).items()
    return key, found


def record(app, path):
    [found] = rispy.loads(get(app, path).get_data(as_text=True))
    return found


def test_bibtex_names_author_version_licence_and_address(app, told):
    key, found = entry(app, f"/practices/{told}.bib")
    year = found.fields["year"]
    assert (found.type, key) == ("misc", f"porto-{year}-{told.lower()}")
    assert found.persons["author"][0].last_names == ["{Porto}"], "a body, not a person"
    assert found.fields["title"] == "{Told again}"
    assert found.fields["url"] == f"{SITE}/practices/{told}/revisions/2"
    assert found.fields["note"].startswith("Version 2, ")
    assert found.fields["note"].endswith(f" {year}. Licence: CC-BY-4.0.")
    assert found.fields["language"] == "en"
    assert get(app, f"/practices/{told}/revisions/2").status_code == 200


def test_ris_says_the_same(app, told):
    found = record(app, f"/practices/{told}.ris")
    year = found["year"]
    assert found["type_of_reference"] == "ELEC"
    assert found["id"] == f"porto-{year}-{told.lower()}"
    assert (found["authors"], found["title"], found["edition"]) == (["Porto"], "Told again", "2")
    assert found["urls"] == [f"{SITE}/practices/{told}/revisions/2"]
    assert found["abstract"] == "Residents decide how a part of the budget is spent."
    assert (found["language"], found["keywords"]) == (
        "en",
        ["Governance and participation", "Social inclusion"],
    )
    assert get(app, f"/practices/{told}.ris").data.endswith(b"\r\nER  - \r\n\r\n")


def test_an_earlier_version_is_cited_as_it_was(app, told):
    now, then = entry(app, f"/practices/{told}.bib"), entry(app, f"/practices/{told}/revisions/1.bib")
    assert now[0] == then[0], "the key of a case never changes"
    assert then[1].fields["url"] == f"{SITE}/practices/{told}/revisions/1"
    assert "Told again" not in str(then[1].fields)
    assert record(app, f"/practices/{told}/revisions/1.ris")["edition"] == "1"


def test_the_case_s_page_leads_to_its_citations(app, told):
    page = get(app, f"/practices/{told}-told-again").get_data(as_text=True)
    assert f'href="/practices/{told}.bib"' in page and f'href="/practices/{told}.ris"' in page
    older = get(app, f"/practices/{told}/revisions/1").get_data(as_text=True)
    assert f'href="/practices/{told}/revisions/1.bib"' in older
    assert get(app, f"/practices/{told}-told-again.bib").data == get(app, f"/practices/{told}.bib").data


def test_a_citation_is_a_file_with_the_name_of_its_key(app, told):
    answer = get(app, f"/practices/{told}.bib")
    key, _ = entry(app, f"/practices/{told}.bib")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{key}.bib"'
    assert answer.headers["X-Robots-Tag"] == "noindex"
    again = {"If-None-Match": answer.headers["ETag"]}
    assert app.test_client().get(f"/practices/{told}.bib", headers=again).status_code == 304
    assert app.test_client().head(f"/practices/{told}.bib").data == b""


def test_only_what_can_be_read_can_be_cited(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        draft = cast.draft(ana).practice.public_id
        unlisted, gone = (cast.published(ana, bruno, title=title) for title in ("Unlisted", "Gone"))
        practices.show(unlisted, "unlisted", bruno, "Not for lists.")
        practices.show(gone, "tombstone", bruno, "It was withdrawn.")
        db.session.commit()
        unlisted, gone = unlisted.public_id, gone.public_id
    for ext in ("bib", "ris"):
        for rest in ("", "/revisions/1"):
            get(app, f"/practices/{draft}{rest}.{ext}", 404)
            get(app, f"/practices/{unlisted}{rest}.{ext}", 200)
            get(app, f"/practices/{gone}{rest}.{ext}", 410)
        get(app, f"/practices/{unlisted}/revisions/2.{ext}", 404)
        get(app, f"/practices/ZZZZZZ.{ext}", 404)
    get(app, f"/practices/{unlisted}.pdf", 404)


@pytest.mark.parametrize(
    "told_by,author",
    [
        ("city", "Porto"),
        ("partner", "A partner of Porto"),
        ("award", "An award given to Porto"),
        ("researcher", "Researchers on Porto"),
        ("secretariat", "Exchange"),
    ],
)
def test_a_city_is_the_author_of_its_own_telling_only(app, told_by, author):
    with app.app_context():
        practice = cast.published(cast.ana(), cast.bruno(), told_by=told_by)
        db.session.commit()
        public_id = practice.public_id
    assert record(app, f"/practices/{public_id}.ris")["authors"] == [author]


def test_nobody_s_words_are_put_into_a_city_s_mouth(app):
    told = stage.play(app, [("Shown", {}), ("Imported", {})])
    with app.app_context():
        practices.give_label(practices.find(told["Shown"]), "demonstration")
        practices.find(told["Imported"]).origin_source = "library"
        db.session.commit()
    assert record(app, f"/practices/{told['Shown']}.ris")["authors"] == ["Exchange"]
    assert record(app, f"/practices/{told['Imported']}.ris")["authors"] == ["library"]


def test_accents_stay_letters_and_a_comma_makes_no_person(app):
    told = stage.play(app, [("Fahrradstraßen für Zürich", dict(language="de"))])
    with app.app_context():
        practices.find(told["Fahrradstraßen für Zürich"]).city.name = "Washington, D.C."
        db.session.commit()
    path = f"/practices/{told['Fahrradstraßen für Zürich']}"
    assert "title = {{Fahrradstraßen für Zürich}}" in get(app, f"{path}.bib").get_data(as_text=True)
    assert entry(app, f"{path}.bib")[1].persons["author"][0].last_names == ["{Washington, D.C.}"]
    assert record(app, f"{path}.ris")["authors"] == ["Washington D.C."]
