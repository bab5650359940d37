"""Nothing that is not public appears in any public answer: markers in every field, file name and comment.

The danger is present: each hidden text is real, complete, and stands in the database (and, for withdrawn
cases, in an index that has not heard of it yet).
"""

import io
import re
from urllib.parse import quote

import pytest
from PIL import Image

from exchange import reactions
from exchange.accounts.models import User
from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.moderation.asked_models import FreshnessAsk
from exchange.moderation.bulk_models import Batch, BatchCase
from exchange.moderation.service.tables import uploads
from exchange.practices import media, schema, tables, translating
from exchange.practices import service as practices
from exchange.practices.models import Author, Practice
from exchange.search import alerts, indexing
from exchange.search.engine import get_engine
from exchange.search.query import Query
from tests import cast, conftest
from tests.api.readers import EXITS, words_of
from tests.network import things as network_things
from tests.network.kept import stage as kept
from tests.network.ledger import stage as ledger
from tests.network.people import stage as people_stage
from tests.network.talk import stage as talk

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
        translate(public, ana)
        merge_into(public, ana, bruno)
        for state in ("proposed", "declined", "removed"):
            propose(public, state, bruno)
        send_tables(ana)
        talk.leaking(MARK, ana, bruno)
        ledger.leaking(MARK, ana, bruno, public)
        kept.leaking(MARK, ana, bruno, public)
        people_stage.leaking(MARK, ana, bruno)
        network_things.leaking(MARK, ana, bruno)
        db.session.commit()
        while reactions.react():
            pass
        indexing.rebuild()
        stale(ana, bruno)
    yield app
    conftest.put_away(app)


def send_tables(ana):
    """A file with its rows, and a batch with its rules and a case that was pulled out of it."""
    porto, words = cast.find_city("porto"), f"{MARK}table"
    table = tables.read(f"Title,Summary\n{words},{words}\n,{words}\n".encode())
    sent = uploads.stage(ana, words.encode(), f"{words}.csv", table, ["title", "summary"], "en", city=porto)
    uploads.choose_columns(sent, ["title", "summary"], None, "en")
    batch = Batch(kind="award", name=words, organisation=words, rules=words, sender=ana, opened_by_id=ana.id)
    batch.vetted_by, batch.vetted_how, batch.recorded_at = words, words, now()
    db.session.add(batch)
    db.session.flush()
    uploads.take_row({"title": words, "language": "en"}, "1", ana, porto, batch)
    case = db.session.query(BatchCase).one()
    case.excepted_at, case.exception = now(), words


def translate(public, ana):
    """A translation that is being written, and one that waits for a moderator."""
    words = {"title": f"{MARK}translated", "summary": f"{MARK}translated", "challenge": f"{MARK}translated"}
    cast.translation(public, ana, "fr", **words)
    translating.submit(cast.translation(public, ana, "de", **words), ana)


def merge_into(public, ana, bruno):
    """A case that was public in two languages, until it was merged into another."""
    merged = practices.find(telling(ana, "merged").practice.public_id)
    review = moderation.submit(practices.latest_revision(merged), ana)
    moderation.take(review, bruno)
    moderation.decide(review, "approve", bruno, design="trial", independence="own")
    cast.translated(merged, ana, bruno, "fr", title=f"{MARK}merged", summary=f"{MARK}merged")
    moderation.merge(merged, public, cast.person("Cora", "coordinator"), "They tell the same.")


def propose(practice, state, bruno):
    """An evaluation that must not stand beside the public case, or no longer."""
    told = (f"{MARK}study", f"https://{MARK}{state}.example/", "trial", f"{MARK}finding", "en")
    rita = cast.person(f"Rita {state}".replace(" ", ""))
    one = moderation.propose_evaluation(practice, rita, *told)
    if state == "declined":
        moderation.decline_evaluation(one, bruno, f"{MARK}reason")
    elif state == "removed":
        moderation.accept_evaluation(one, bruno)
        moderation.remove_evaluation(one, bruno, f"{MARK}reason")


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
    figure = moderation.claims_of(revision.practice)[0].key
    moderation.check_claim(revision.practice, figure, "disputed", bruno, f"{MARK}check")
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
        yield from talk.public_addresses(MARK)
        yield from ledger.public_addresses()
        yield from people_stage.public_addresses(MARK)
        yield from network_things.public_addresses()
    yield from ("/bulk", "/bulk/1", "/bulk/1/columns", "/bulk/1/problems.csv", "/bulk/template.csv")
    yield from ("/batches", "/batches/1", "/batches/1/description")
    with app.app_context():
        practices_ = db.session.query(Practice).all()
        files = db.session.query(media.Medium).all()
        ids = [practice.public_id for practice in practices_]
        yield from kept.public_addresses(
            [one.public_id for one in practices_ if one.visibility != "unlisted"]
        )
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
        "/cities?view=table&standing=all",
        "/cities.csv?standing=all",
        "/cities.json?standing=all",
        "/cities/porto.json",
        "/offices",
        "/offices.json",
        "/network",
        "/cities/porto",
        "/about",
        "/topics/mobility",
        "/topics/cycling",
        "/figures",
        "/figures.csv",
        "/coverage",
        "/coverage?sort=gaps&region=150",
        "/coverage/cycling/150/small",
        "/coverage/cycling/150/middle",
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
                f"?hl=fr&q={MARK}translated",
                f"?hl=fr&q={MARK}merged",
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
        yield from (f"/practices/{public_id}?{asked}" for asked in ("text=fr", "text=de", "hl=fr", "hl=de"))
        yield from (f"/write/{public_id}/translations{path}" for path in ("", "/fr"))
        yield from (f"/practices/{public_id}/revisions/{number}" for number in (1, 2))
        yield from (
            f"/practices/{public_id}/{page}" for page in ("versions", "compare/1/2", "labels", "embargo")
        )
        yield from (f"/practices/{public_id}.{ext}" for ext in ("bib", "ris", "json"))
        yield from (f"/practices/{public_id}/revisions/1.{ext}" for ext in ("bib", "ris", "json"))
        yield from (f"/covers/{public_id}-{size}.svg" for size in ("mini", "card", "case", "lead"))
        yield from (f"/write/{public_id}/{step}" for step in ("problem", "preview", "submission"))
        yield from (f"/review/{number}" for number in (1, 2))
        yield from (f"/review/translations/{number}" for number in (1, 2, 3))
        yield from (f"/review/figures/{public_id}", f"/practices/{public_id}/evaluations/new")
    yield from (f"/review/evaluations/{number}" for number in (1, 2, 3))


@pytest.mark.parametrize("reader", ["a visitor", "an outsider with an account"])
def test_no_public_answer_holds_a_word_that_is_not_public(town, reader):
    with town.app_context():
        outsider = None if reader == "a visitor" else cast.person("Chloe")
        db.session.commit()
        unlisted = {
            practice.public_id for practice in db.session.query(Practice) if practice.visibility == "unlisted"
        }
    client = cast.client_of(town, outsider)
    seen = 0
    for address in public_addresses(town):
        if address.startswith("/practices/") and re.split("[.?]", address.split("/")[2])[0] in unlisted:
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
        ana = db.session.query(Author).first().user
        draft = next(p for p in db.session.query(Practice) if p.visibility == "none")
    answer = cast.client_of(town, ana).get(f"/write/{draft.public_id}/problem")
    assert MARK.encode() in answer.data


def test_the_danger_was_there_in_talk(town):
    """Authors read what was hidden of theirs, and those concerned a question that is not public."""
    with town.app_context():
        otto = db.session.query(User).filter_by(name="Otto").one()
        pages = talk.pages_of_author(MARK)
    client = cast.client_of(town, otto)
    for page in pages:
        assert MARK in client.get(page, follow_redirects=True).get_data(as_text=True), page


def test_the_danger_was_there_in_dates_partners_and_positions(town):
    """A moderator reads every text that waits."""
    with town.app_context():
        bruno = db.session.query(User).filter_by(name="Bruno").one()
        pages = network_things.hidden_texts()
    client = cast.client_of(town, bruno)
    assert len(pages) == 9
    for page in pages:
        assert MARK in client.get(page).get_data(as_text=True), page


def test_the_danger_was_there_in_collections(town):
    """Their owner reads every one of them, with its notes."""
    with town.app_context():
        ana = db.session.query(User).filter_by(name="Ana").one()
        pages = kept.pages_of_owner()
    client = cast.client_of(town, ana)
    told = [client.get(page).get_data(as_text=True) for page in pages]
    assert len(told) == 7 and all(MARK in page for page in told)


def test_the_danger_was_there_in_the_ledger(town):
    """A moderator reads the record that was hidden, with every one of its texts."""
    with town.app_context():
        bruno, path = db.session.query(User).filter_by(name="Bruno").one(), ledger.hidden_path(MARK)
    page = cast.client_of(town, bruno).get(path, follow_redirects=True).get_data(as_text=True)
    assert all(f"{MARK}{part}" in page for part in ("part", "why", "result", "source", "reason"))


def test_a_withdrawn_case_is_gone_from_the_index_once_the_worker_has_heard(town):
    with town.app_context():
        while reactions.react():
            pass
        assert indexing.verify() == []


def test_an_unlisted_case_is_read_by_its_address_and_found_nowhere(town):
    with town.app_context():
        hidden = next(p for p in db.session.query(Practice) if p.visibility == "unlisted")
    client = town.test_client()
    answer = client.get(f"/practices/{hidden.public_id}", follow_redirects=True)
    assert answer.status_code == 200 and b'name="robots" content="noindex"' in answer.data
    assert hidden.public_id.encode() not in client.get("/sitemap.xml").data


def test_letters_about_a_case_go_to_its_authors_and_to_those_who_care_for_reviews(town):
    from exchange.notifications.models import Letter

    with town.app_context():
        allowed = {"ana@cast.example", "cora@cast.example"}
        cases = Letter.subject.startswith("practice:")
        about_cases = db.session.query(Letter).filter(cases, Letter.kind != "evaluation-decided")
        assert {letter.address for letter in about_cases} <= allowed


def test_an_answer_to_a_proposal_goes_to_its_proposer_and_holds_nothing_but_their_own_words(town):
    from exchange.notifications.models import Letter
    from exchange.notifications.things import things_of
    from exchange.notifications.wording import words_of

    with town.app_context():
        letters = db.session.query(Letter).filter(Letter.kind == "evaluation-decided").all()
        assert {one.address for one in letters} == {"ritadeclined@cast.example", "ritaremoved@cast.example"}
        for one in letters:
            subject, text = words_of(one, things_of(one))
            said = (subject + text).replace(f"{MARK}study", "").replace(f"{MARK}reason", "")
            assert MARK not in said


def test_even_news_that_names_every_case_makes_a_letter_of_the_public_ones_alone(town):
    from exchange.notifications.models import Letter
    from exchange.notifications.things import things_of
    from exchange.notifications.wording import words_of

    with town.app_context():
        search = alerts.save(Query(), "", "at-once", "en", address="noa@cast.example")
        alerts.confirm(search)
        every = [one.public_id for one in db.session.query(Practice)]
        journal.tell("new cases", subject=alerts.subject(search), cases=every, more=0)
        db.session.commit()
        while reactions.react():
            pass
        (letter,) = db.session.query(Letter).filter(Letter.kind == "alert")
        _subject, text = words_of(letter, things_of(letter))
    assert len(every) > len(HIDDEN) and "The public case" in text and text.count("\n* ") == 1
    assert MARK not in text


def links_of(practice, ana, shown):
    """Addresses of links about a draft: one that works, and many that must show nothing of it."""
    ask = moderation.clearing
    people = [(name, f"{name.lower()}@porto.example", "press", "en") for name in ("Pia", "Max", "Eva")]
    ask.ask(practice, people, ana)
    pia, max_, eva = ask.row_of(practice)
    ask.withdraw(pia, ana)
    ended = moderation.asking.ask(practice, ["solution"], "", "Rui", "rui@porto.example", "en", ana)
    moderation.asking.withdraw(ended, ana)
    moderation.freshness.send(shown, now(), "Office", "office@porto.example", "en")
    fresh = db.session.query(FreshnessAsk).one()
    db.session.commit()
    token = moderation.by_link.token_of
    works = f"/clearance/{token(max_)}"
    silent = [f"/clearance/{token(one)}" for one in (pia, eva)]
    silent += [f"/answers/{token(ended)}", f"/confirm/{token(fresh)}"]
    silent += [f"/{path}/{token(max_)}" for path in ("answers", "confirm")]
    silent += [
        f"/clearance/{max_.id}",
        f"/clearance/{max_.id}.{'0' * 40}",
        f"{works}0",
        f"{works}/pictures/x",
    ]
    return works, silent


def test_only_the_holder_of_a_link_that_works_sees_a_draft(town):
    with town.app_context():
        ana = db.session.query(Author).first().user
        found = db.session.query(Practice).all()
        draft = next(
            one
            for one in found
            if getattr(practices.working_revision(one), "state", "") == "draft"
            and one.visibility == "none"
            and one.is_author(ana)
        )
        shown = next(one for one in found if one.visibility == "public" and practices.working_revision(one))
        works, silent = links_of(draft, ana, shown)
    client = town.test_client()
    assert MARK in client.get(works).get_data(as_text=True), "the danger is there"
    for address in silent:
        answer = client.get(address)
        assert MARK not in answer.get_data(as_text=True).lower(), address
        typed = client.post(address, data={"verdict": "cleared"})
        assert MARK not in typed.get_data(as_text=True).lower(), address


def test_letters_about_links_go_to_their_holders_alone_and_name_no_draft_to_a_contact(town):
    from exchange.notifications.models import Letter
    from exchange.notifications.things import things_of
    from exchange.notifications.wording import words_of

    with town.app_context():
        while reactions.react():
            pass
        holders = {"max@porto.example", "pia@porto.example", "rui@porto.example"}
        letters = db.session.query(Letter).filter(Letter.kind.in_(("clearance", "colleague", "freshness")))
        told = {letter.address: letter for letter in letters}
        assert set(told) <= {*holders, "office@porto.example"} and "max@porto.example" in told
        office = told["office@porto.example"]
        text = "".join(words_of(office, things_of(office)))
    assert "The public case" in text and MARK not in text


def test_what_stands_around_a_draft_opens_for_those_alone_who_were_given_its_link(town):
    """Earlier texts, notes and people of Ana's draft; an invitation, and a link to look on."""
    from exchange.practices import authorship, history, notes, sharing

    with town.app_context():
        ana, chloe = db.session.query(Author).first().user, cast.person("Chloe2")
        draft = practices.find(telling(ana, "shown").practice.public_id)
        practices.save(draft.revisions[0], {"challenge": f"{MARK}later"}, {}, ana)
        notes.add(draft, "title", f"{MARK}note", ana)
        invitation = authorship.invite(draft, "pia@partner.example", "viewer", ana)
        link, ended = sharing.share(draft, ana, for_whom=f"{MARK}whom"), sharing.share(draft, ana)
        sharing.end(ended, ana)
        db.session.commit()
        snapshot = history.of(draft.revisions[0])[-1].id
        dead, works = sharing.token_of(ended), sharing.token_of(link)
        asked, here = authorship.token_of(invitation), f"/write/{draft.public_id}"
    closed = (
        *(f"{here}/{page}" for page in ("history", f"history/{snapshot}", "notes", "people", "preview")),
        *(f"/shared/{token}{end}" for token in (dead, link.id, "x.y") for end in ("", "/text")),
        *(f"/invitations/{token}" for token in (invitation.id, f"{invitation.id}.{'0' * 40}", works)),
    )
    for client in (cast.client_of(town, None), cast.client_of(town, chloe)):
        for address in closed:
            answer = client.get(address)
            assert answer.status_code in (401, 404), address
            assert MARK not in answer.get_data(as_text=True), address
    visitor = town.test_client()
    text = visitor.get(f"/shared/{works}/text").get_data(as_text=True)
    assert f"{MARK}later" in text  # the danger was there
    assert f"{MARK}note" not in text and f"{MARK}whom" not in text
    assert f"{MARK}later" not in visitor.get(f"/invitations/{asked}").get_data(as_text=True)
    for address in ("/practices?q=zqleaklater", "/practices.json?q=zqleaklater", "/sitemap.xml"):
        assert works not in visitor.get(address).get_data(as_text=True), address
