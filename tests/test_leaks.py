"""Nothing that is not public appears in any public answer: markers in every field, file name and comment.

The danger is present: each hidden text is real, complete, and stands in the database (and, for withdrawn
cases, in an index that has not heard of it yet).
"""

import io
from urllib.parse import quote

import pytest
from PIL import Image

from exchange import reactions
from exchange.core import journal
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import media, schema
from exchange.practices import service as practices
from exchange.search import alerts, indexing
from exchange.search.engine import get_engine
from exchange.search.query import Query
from tests import cast, conftest
from tests.api.readers import EXITS, words_of

MARK = "zqleak"
HIDDEN = (
    "draft",
    "submitted",
    "in review",
    "changes",
    "rejected",
    "approved",
    "withdrawn",
    "unlisted",
    "newer draft",
)


def marked(stand):
    """Answers with a marker of this stand in every field that takes words."""
    mark = MARK + stand.replace(" ", "")
    answers = {field.name: value_of(field, mark) for field in schema.FIELDS.values()}
    return {
        **answers,
        "topics": ["cycling"],
        "tags": [mark],
        "start": "2019",
        "end": None,
        "location": None,
        "media": None,
        "documents": None,
        "language": "en",
        "title": f"{mark} title",
    }


def value_of(field, mark):
    if field.kind in ("line", "text"):
        return f"{mark} {field.name}"
    if field.kind == "choice":
        return next(iter(field.choices))
    if field.kind == "choices":
        return list(field.choices)
    if field.kind == "group":
        return [{part.name: part_of(part, mark) for part in field.parts}]
    return None


def part_of(part, mark):
    simple = {
        "number": "7",
        "date": "2019",
        "address": f"https://{mark}.example/",
        "mail": f"{mark}@city.example",
        "goal": 11,
        "languages": ["en"],
        "language": "en",
    }
    return simple[part.kind] if part.kind in simple else value_of(part, mark)


def telling(ana, stand):
    answers = marked(stand)
    title = answers.pop("title")
    return cast.draft(ana, title=title, **answers)


@pytest.fixture(scope="module")
def town(template, tmp_path_factory):
    """One public case, and one in every state that must stay hidden, with files and comments."""
    app = conftest.copied_app(template, tmp_path_factory.mktemp("town"))
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        public = cast.published(ana, bruno, title="The public case", tags=["visible"])
        for stand in HIDDEN[:-1]:
            hide(telling(ana, stand), stand, ana, bruno)
        newer = practices.next_draft(practices.public_revision(public), ana)
        practices.write(newer, marked("newer draft"), {})
        put_files(public, ana)
        db.session.commit()
        while reactions.react():
            pass
        indexing.rebuild()
        stale(ana, bruno)
    yield app
    conftest.put_away(app)


def hide(revision, stand, ana, bruno):
    put_files(revision.practice, ana)
    if stand == "draft":
        return
    review = moderation.submit(revision, ana)
    if stand == "submitted":
        return
    moderation.take(review, bruno)
    moderation.comment(review, "summary", f"{MARK}comment", bruno)
    moderation.comment(review, "summary", f"{MARK}reviewers", bruno, audience="reviewers")
    if stand in ("withdrawn", "unlisted", "approved"):
        moderation.decide(
            review, "approve", bruno, design="trial", independence="own", publish_now=stand != "approved"
        )
    if stand == "withdrawn":
        practices.show(revision.practice, "tombstone", bruno, "It was withdrawn.")
    elif stand == "unlisted":
        practices.show(revision.practice, "unlisted", bruno, "Not for lists.")
    elif stand == "changes":
        moderation.decide(review, "request_changes", bruno, reason=f"{MARK}reason")
    elif stand == "rejected":
        moderation.decide(review, "reject", bruno, reason=f"{MARK}reason")


def put_files(practice, by):
    """A picture that carries a marker in its name and its EXIF, and a document."""
    buffer, picture = io.BytesIO(), Image.new("RGB", (64, 64), "red")
    exif = Image.Exif()
    exif[0x010E] = f"{MARK}exif"
    picture.save(buffer, "JPEG", exif=exif)
    buffer.seek(0)
    media.keep(media.read_image(buffer, f"{MARK}.jpg"), practice, by)
    media.keep(media.read_document(io.BytesIO(cast.PDF), f"{MARK}.pdf"), practice, by)


def stale(ana, bruno):
    """A case that was public when the index was built and is withdrawn now: the index still holds it."""
    late = telling(ana, "stale")
    review = moderation.submit(late, ana)
    moderation.take(review, bruno)
    moderation.decide(review, "approve", bruno, design="trial", independence="own")
    db.session.commit()
    indexing.rebuild()
    practices.show(late.practice, "tombstone", bruno, "Withdrawn a moment ago.")
    db.session.commit()


def public_addresses(app):
    with app.app_context():
        practices_ = db.session.query(practices.Practice).all()
        files = db.session.query(media.Medium).all()
        ids = [practice.public_id for practice in practices_]
        yield from (f"/media/{one.id}" for one in files)
        yield from (
            f"/media/{one.id}/{size}.{ending}"
            for one in files
            for size in (320, 640, 1280)
            for ending in ("jpg", "webp")
        )
    yield from (
        "/",
        "/cities",
        "/cities/porto",
        "/about",
        "/topics/mobility",
        "/topics/cycling",
        "/sitemap.xml",
        "/robots.txt",
        "/health/ready",
        "/sign-in",
        "/letter-sent",
        "/alerts/new",
        f"/alerts/new?q={MARK}draft",
        f"/alerts/new?tag={MARK}draft",
    )
    for path in ("/practices", *(f"/practices.{ext}" for ext in EXITS)):
        yield from (
            f"{path}{query}"
            for query in (
                "",
                f"?q={MARK}",
                f"?q={MARK}*",
                f"?q={MARK}draft",
                f"?tag={MARK}draft",
                "?topic=cycling",
                "?q=title",
                "?year=2019",
                "?sort=newest",
                "?city=porto",
                "?q=zqleek",
                f"?q={MARK}stale",
                "?sort=title&page=2",
            )
        )
    whole = "bounds=-180,-90,180,90&zoom=8"
    yield from (f"/practices?view=map&q={MARK}", "/practices?view=map", "/practices?view=table&year=2019")
    yield from (f"/practices/clusters.json?{whole}", f"/practices/clusters.json?{whole}&q={MARK}stale")
    yield from (f"/practices?place={MARK}draft", "/practices?like=porto")
    for public_id in ids:
        yield f"/practices/{public_id}"
        yield from (f"/practices/{public_id}/revisions/{number}" for number in (1, 2))
        yield from (f"/practices/{public_id}.{ext}" for ext in ("bib", "ris"))
        yield from (f"/practices/{public_id}/revisions/1.{ext}" for ext in ("bib", "ris"))
        yield from (f"/covers/{public_id}-{size}.svg" for size in ("mini", "card", "case", "lead"))
        yield from (f"/write/{public_id}/{step}" for step in ("problem", "preview", "submission"))
        yield from (f"/review/{number}" for number in (1, 2))


@pytest.mark.parametrize("reader", ["a visitor", "an outsider with an account"])
def test_no_public_answer_holds_a_word_that_is_not_public(town, reader):
    with town.app_context():
        outsider = None if reader == "a visitor" else cast.person("Chloe")
        db.session.commit()
        unlisted = {
            practice.public_id
            for practice in db.session.query(practices.Practice)
            if practice.visibility == "unlisted"
        }
    client = cast.client_of(town, outsider)
    seen = 0
    for address in public_addresses(town):
        if address.startswith("/practices/") and address.split("/")[2].partition(".")[0] in unlisted:
            continue  # whoever has its address may read it
        answer = client.get(address, buffered=True, follow_redirects=True)
        body, typed = words_of(answer.data).lower(), address.split("=")[-1].encode()
        for echo in (address.encode(), quote(typed).encode(), typed, read_back(typed)):
            body = body.replace(echo.lower(), b"")
        assert answer.status_code != 500, address
        assert MARK.encode() not in body, address
        seen += answer.status_code == 200
    assert seen > 30


def read_back(typed):
    """How the page says that it read a typed beginning."""
    return "words beginning with “{}”".format(typed.decode().rstrip("*")).encode()


BEGINNINGS = (
    "z",
    "zq",
    "zql",
    "zqle",
    MARK,
    f"{MARK}dra",
    f"{MARK}stale",
    f"{MARK}stale ti",
    "title",
    "the",
    "v",
)


def test_no_suggestion_holds_a_word_that_is_not_public(town):
    seen = set()
    for typed in BEGINNINGS:
        answer = town.test_client().get("/suggest.json", query_string={"q": typed})
        assert answer.status_code == 200
        assert MARK not in answer.get_data(as_text=True).lower(), typed
        seen |= {one["label"] for group in answer.json["groups"] for one in group["offers"]}
    assert {"The public case", "visible"} <= seen


def test_neither_did_you_mean_nor_similar_cases_speak_of_what_was_withdrawn_a_moment_ago(town):
    client = town.test_client()
    for typed in (f"{MARK}stael", f"{MARK}tsale", "zqleka"):
        assert client.get("/practices.json", query_string={"q": typed}).json["suggestion"] is None, typed
    public = next(iter(client.get("/practices.json", query_string={"q": "public"}).json["items"]))
    page = client.get(public["url"].partition("8000")[2]).get_data(as_text=True)
    assert "The public case" in page and MARK not in page.lower()


def test_the_index_knew_what_was_withdrawn_a_moment_ago(town):
    """Without the list of what is hidden it would have been suggested, meant and similar."""
    with town.test_request_context():
        engine = get_engine(town)
        assert engine.suggest(f"{MARK}sta", "en")[1], "the withdrawn case is in the index"
        assert engine.suggest(f"{MARK}sta", "en")[0], "and so is its tag"
        hit = engine.suggest(f"{MARK}sta", "en")[1][0]
        assert {one.public_id for one in engine.related(hit.public_id)}


def test_the_danger_was_there(town):
    """Ana herself sees her marked texts, so the markers are real."""
    with town.app_context():
        ana = db.session.query(practices.Author).first().user
        draft = next(p for p in db.session.query(practices.Practice) if p.visibility == "none")
    answer = cast.client_of(town, ana).get(f"/write/{draft.public_id}/problem")
    assert MARK.encode() in answer.data


def test_a_withdrawn_case_is_gone_from_the_index_once_the_worker_has_heard(town):
    with town.app_context():
        while reactions.react():
            pass
        assert indexing.verify() == []


def test_an_unlisted_case_is_read_by_its_address_and_found_nowhere(town):
    with town.app_context():
        hidden = next(p for p in db.session.query(practices.Practice) if p.visibility == "unlisted")
    client = town.test_client()
    answer = client.get(f"/practices/{hidden.public_id}", follow_redirects=True)
    assert answer.status_code == 200 and b'name="robots" content="noindex"' in answer.data
    assert hidden.public_id.encode() not in client.get("/sitemap.xml").data


def test_letters_about_a_case_go_to_its_authors_and_to_those_who_care_for_reviews(town):
    from exchange.notifications.models import Letter

    with town.app_context():
        allowed = {"ana@cast.example"}
        assert {letter.address for letter in db.session.query(Letter)} <= allowed


def test_even_news_that_names_every_case_makes_a_letter_of_the_public_ones_alone(town):
    from exchange.notifications import service as notifications
    from exchange.notifications.models import Letter

    with town.app_context():
        search = alerts.save(Query(), "", "at-once", "en", address="noa@cast.example")
        alerts.confirm(search)
        every = [one.public_id for one in db.session.query(practices.Practice)]
        journal.tell("new cases", subject=alerts.subject(search), cases=every, more=0)
        db.session.commit()
        while reactions.react():
            pass
        (letter,) = db.session.query(Letter).filter(Letter.kind == "alert")
        _subject, text = notifications.words_of(letter, notifications.things_of(letter))
    assert len(every) > len(HIDDEN) and "The public case" in text and text.count("\n* ") == 1
    assert MARK not in text
