"""The briefing pack: what it says, which versions it cites, and a file that word processors open."""

import io
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from exchange.core.models import db
from exchange.network.service.kept import briefing, docx
from tests import cast
from tests.network.kept import stage
from tests.network.talk.stage import look

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"


@pytest.fixture
def codes(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        first, *others = stage.three(ana, bruno)
        cast.next_published(first, ana, bruno, objectives="Even more people & <others>.")
        db.session.commit()
        return [one.public_id for one in (first, *others)]


def opened(app, address):
    answer = cast.client_of(app, None).get(address)
    assert answer.content_type == docx.MEDIA_TYPE
    return ZipFile(io.BytesIO(answer.data)), answer


def words_of(archive):
    root = ElementTree.fromstring(archive.read("word/document.xml"))
    return ["".join(text.text or "" for text in one.iter(f"{W}t")) for one in root.iter(f"{W}p")]


def test_the_memo_cites_the_very_versions_with_licence_and_date(app, codes):
    page = look(app, None, f"/briefing?ids={','.join(codes)}")
    assert f"/practices/{codes[0]}/revisions/2" in page and f"/practices/{codes[1]}/revisions/1" in page
    assert "version 2, " in page and "CC BY 4.0" in page and f"/compare?ids={','.join(codes)}" in page
    assert "Voters: 1,200 (2015) → 5,400 (2019) people" in page and "A budget line of its own" in page
    assert '<meta name="robots" content="noindex">' in page


def test_the_file_says_what_the_page_says_and_opens(app, codes):
    archive, answer = opened(app, f"/briefing.docx?ids={','.join(codes)}")
    assert archive.testzip() is None and len(answer.data) < 20_000
    for name in archive.namelist():
        ElementTree.fromstring(archive.read(name))
    types = archive.read("[Content_Types].xml").decode()
    named = [part for part in archive.namelist() if part.startswith(("word/", "docProps/"))]
    assert all(f'"/{part}"' in types or part.endswith(".rels") for part in named)
    words = words_of(archive)
    assert "Side by side" in words and "Sources" in words
    assert any("revisions/2" in one and "CC BY 4.0" in one and "version 2" in one for one in words)
    assert any(one.startswith("What was measured: Voters") for one in words)


def test_every_link_and_style_that_the_file_names_is_there(app, codes):
    archive, _answer = opened(app, f"/briefing.docx?ids={','.join(codes)}")
    body, styles = archive.read("word/document.xml"), archive.read("word/styles.xml")
    relations = ElementTree.fromstring(archive.read("word/_rels/document.xml.rels"))
    known = {one.get("Id"): one.get("Target") for one in relations.iter(f"{REL}Relationship")}
    r_id = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    used = [one.get(r_id) for one in ElementTree.fromstring(body).iter(f"{W}hyperlink")]
    assert len(used) == 4 and set(used) <= set(known)
    named = {one.get(f"{W}val") for one in ElementTree.fromstring(body).iter(f"{W}pStyle")}
    made = {one.get(f"{W}styleId") for one in ElementTree.fromstring(styles).iter(f"{W}style")}
    assert named <= made


def test_it_is_the_same_file_whenever_it_is_made(app, codes):
    first, second = (opened(app, f"/briefing.docx?ids={','.join(codes)}")[1].data for _ in range(2))
    assert first == second


def test_signs_that_a_file_must_not_hold_do_no_harm(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        title = 'Less & more <b>"now"</b>'
        told = cast.published(ana, bruno, title=title, summary="Bell \x07 and \ufffe, ok.")
        db.session.commit()
        code = told.public_id
    archive, _answer = opened(app, f"/briefing.docx?ids={code}")
    assert any(title in one for one in words_of(archive))


def test_it_is_told_in_the_readers_language(app, codes):
    page = look(app, None, f"/briefing?ids={','.join(codes)}&hl=fr")
    assert '<html lang="fr"' in page and '<cite lang="en">' in page
    archive, _answer = opened(app, f"/briefing.docx?ids={codes[0]}&hl=fr")
    assert b'<w:lang w:val="fr"/>' in archive.read("word/styles.xml")
    assert b'<w:lang w:val="en"/>' in archive.read("word/document.xml")


def test_a_collection_gives_title_introduction_and_notes(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        found = stage.made(ana, *stage.three(ana, bruno)[:2])
        code = found.public_id
        db.session.commit()
    assert cast.client_of(app, None).get(f"/briefing?collection={code}").status_code == 404
    page = look(app, ana, f"/briefing?collection={code}")
    assert "<h1>Streets on trial</h1>" in page and "Look at who decided." in page


def test_nothing_chosen_says_how_and_gives_no_file(app):
    assert "No case chosen yet" in look(app, None, "/briefing")
    answer = cast.client_of(app, None).get("/briefing.docx?ids=ZZZZZZ")
    assert answer.status_code == 303 and answer.location == "/briefing"


@pytest.mark.parametrize("number", [1, 3, 6])
def test_however_long_the_cases_the_memo_stays_as_short_as_two_pages(app, number):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        sentence = "This is one of many sentences that somebody wrote with much care about it. "
        long = {
            "summary": (sentence * 5).strip(),
            "results": cast.ANSWERS["results"] * 9,
            "obstacles": [{"obstacle": sentence * 2, "solved": "no"}] * 9,
            "transfer_conditions": [{"condition": sentence * 2, "firmness": "must"}] * 9,
        }
        codes = [cast.published(ana, bruno, title=f"Case {n}", **long).public_id for n in range(number)]
        memo = briefing.memo(codes, "en")
        words = [told.summary.words for told in memo.cases]
        words += [item.words for told in memo.cases for point in told.points for item in point.items]
        assert sum(len(one.split()) for one in words) < 900
        assert all(told.points for told in memo.cases)


def test_a_text_is_cut_between_sentences_where_that_can_be():
    assert briefing.short("One two. Three four. Five six.", 4) == "One two. Three four."
    assert briefing.short("One two three four five.", 3) == "One two three …"
    assert briefing.short("Short.", 3) == "Short."
