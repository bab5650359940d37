"""Coordinators at the words: names, merges, retirement, likeness, proposals – and what readers see of it."""

import re
import shutil

import pytest

from exchange import reactions
from exchange.core.models import db
from exchange.notifications.models import Letter
from exchange.practices import service as practices
from exchange.search import indexing
from exchange.search.engine import get_engine
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import Tag, WordProposal
from tests import cast
from tests.moderation import stage
from tests.moderation.review.test_desk import Browser, queries_of

DESK = "/desk/vocabulary"


@pytest.fixture
def town(app):
    """A public case on cycling with the tag Bicis, in the index; Dora coordinates, Bruno moderates."""
    with app.app_context():
        ana, bruno, dora = cast.ana(), cast.bruno(), stage.dora()
        case = cast.published(ana, bruno, title="Lanes", topics=["cycling"], tags=["Bicis"])
        public_id = case.public_id
        db.session.commit()
        indexing.rebuild()
        settle()
    found = {name: Browser(app, user) for name, user in (("ana", ana), ("bruno", bruno), ("dora", dora))}
    return {**found, "visitor": Browser(app, None), "case": public_id}


def settle():
    while reactions.react():
        pass


def come_round(app):
    with app.app_context():
        settle()


def total(app, **asked):
    answer = app.test_client().get("/practices.json", query_string=asked)
    return answer.json["total"]


def base_on(page):
    return re.search(r'name="base"[^>]*value="([^"]+)"', page)[1]


# Merging, as readers meet it


def test_after_a_merge_cases_are_found_under_the_new_topic_and_old_addresses_lead_there(app, town):
    dora, visitor = town["dora"], town["visitor"]
    location = dora.send(f"{DESK}/topic/cycling/merger", into="walking", sure="y")
    assert location == f"{DESK}/topic/walking"
    come_round(app)
    answer = visitor.client.get("/topics/cycling")
    assert (answer.status_code, answer.location) == (301, "/topics/walking")
    assert "Lanes" in visitor.see("/topics/walking")
    answer = visitor.client.get("/practices?q=lanes&topic=cycling&sort=title")
    assert answer.status_code == 301 and answer.location == "/practices?q=lanes&topic=walking&sort=title"
    assert "Lanes" in visitor.see(answer.location)
    for topic in ("cycling", "walking", "mobility"):  # machines are answered where they are
        assert total(app, topic=topic) == 1, topic
    assert total(app, q="radweg") == 1  # a word of the old topic
    assert "/topics/cycling" not in visitor.see("/sitemap.xml")
    with app.app_context():  # the case keeps what it said
        case = practices.find(town["case"])
        assert practices.public_revision(case).get("topics") == ["cycling"]
        assert indexing.verify() == []
    assert "merged into" in dora.see(f"{DESK}/topic/cycling") and "Merged" in dora.see(
        f"{DESK}/topic/cycling"
    )


def test_a_merged_tag_leads_on_too_and_is_counted_there_even_without_the_index(app, town):
    with app.app_context():
        taxonomy.let_in_tags(["Cycling lanes"])
        db.session.commit()
    town["dora"].send(f"{DESK}/tag/bicis/merger", into="cycling LANES", sure="y")
    come_round(app)
    answer = town["visitor"].client.get("/practices?tag=bicis")
    assert (answer.status_code, answer.location) == (301, "/practices?tag=cycling-lanes")
    page = town["dora"].see(f"{DESK}/tag/cycling-lanes")
    assert "1 public case" in page and "Bicis" in page
    shutil.rmtree(app.config["SETTINGS"].index)
    app.extensions["search"] = type(get_engine(app))(app.config["SETTINGS"].index)
    answer = app.test_client().get("/practices.json?tag=bicis").json
    assert (answer["engine"], answer["total"]) == ("database", 1)


@pytest.mark.parametrize(
    "form,told",
    [
        ({"into": "walking"}, "Tick this box"),
        ({"into": "", "sure": "y"}, "Choose what it becomes."),
        ({"into": "cycling", "sure": "y"}, "Choose another one than itself."),
        ({"into": "nowhere", "sure": "y"}, "Not a valid choice"),
    ],
)
def test_a_merge_that_is_not_meant_comes_back_with_what_to_put_right(town, form, told):
    page = town["dora"].send(f"{DESK}/topic/cycling/merger", status=422, **form)
    assert told in page and "error-summary" in page


def test_of_two_coordinators_who_merge_at_once_one_is_told(town):
    dora = town["dora"]
    dora.send(f"{DESK}/topic/cycling/merger", into="walking", sure="y")
    dora.send(f"{DESK}/topic/cycling/merger", into="walking", sure="y")  # pressed twice
    dora.send(f"{DESK}/topic/cycling/merger", status=409, into="freight", sure="y")


# Names


def test_dora_sees_which_names_are_missing_and_gives_them(app, town):
    dora = town["dora"]
    with app.app_context():
        taxonomy.find_word("topic", "cycling").names = {"en": "Cycling", "fr": "Vélo"}
        db.session.commit()
    assert "No name in: Español, Deutsch" in dora.see(DESK)
    page = dora.see(f"{DESK}/topic/cycling")
    base = base_on(page)
    names = {"name_en": "Cycling", "name_fr": "Vélo", "name_es": "Bicicleta", "name_de": "Rad"}
    dora.send(f"{DESK}/topic/cycling/names", base=base, **names)
    assert "No name in" not in dora.see(DESK) and "Rad" in dora.see(f"{DESK}/topic/cycling")
    late = dora.send(f"{DESK}/topic/cycling/names", status=409, base=base, **{**names, "name_de": "Velo"})
    assert 'value="Velo"' in late and "Someone else has changed the names meanwhile" in late
    again = base_on(late)
    dora.send(f"{DESK}/topic/cycling/names", base=again, **{**names, "name_de": "Velo"})
    base = base_on(dora.see(f"{DESK}/topic/cycling"))
    names["name_en"] = "Road pricing"
    taken = dora.send(f"{DESK}/topic/cycling/names", status=422, base=base, **names)
    assert 'value="Road pricing"' in taken and "is the name of another one already" in taken


def test_a_new_name_is_on_the_pages_and_found_within_seconds(app, town):
    dora = town["dora"]
    base = base_on(dora.see(f"{DESK}/topic/cycling"))
    names = {"name_en": "Pedal power", "name_fr": "Vélo", "name_es": "Bicicleta", "name_de": "Radverkehr"}
    dora.send(f"{DESK}/topic/cycling/names", base=base, **names)
    come_round(app)
    assert "Pedal power" in town["visitor"].see("/topics/cycling")
    assert total(app, q="pedal power") == 1


# Retiring


def test_a_retired_topic_is_not_offered_but_read_and_a_draft_that_has_it_keeps_it(app, town):
    dora, ana = town["dora"], town["ana"]
    with app.app_context():
        user = practices.find(town["case"]).authors[0].user
        draft = cast.draft(user, title="Old draft", topics=["cycling"]).practice.public_id
        other = cast.draft(user, title="Other draft", topics=["walking"]).practice.public_id
        db.session.commit()
    dora.send(f"{DESK}/topic/cycling/retirement", act="retire")
    assert 'value="cycling"' not in ana.see(f"/write/{other}/what-and-where")
    kept = ana.see(f"/write/{draft}/what-and-where")
    assert re.search(r'<option selected value="cycling">Cycling</option>', kept)
    assert "No longer given to new cases" in town["visitor"].see("/topics/cycling")
    assert "Retired" in dora.see(DESK)
    dora.send(f"{DESK}/topic/cycling/retirement", act="offer")
    assert 'value="cycling"' in ana.see(f"/write/{other}/what-and-where")
    dora.send(f"{DESK}/topic/housing/retirement", status=409, act="retire")


def test_a_moderator_looks_and_cannot_change(town):
    page = town["bruno"].see(f"{DESK}/topic/cycling")
    assert "<form" not in page.partition("<main")[2] and "Coordinators rename" in page
    town["bruno"].send(f"{DESK}/topic/cycling/retirement", status=404, act="retire")


# The lists


def test_the_list_tells_how_many_public_cases_use_a_word_and_sorts_by_it(app, town):
    page = town["dora"].see(f"{DESK}?sort=use")
    heads = [
        re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r'<th scope="row">(.*?)</th>', page, re.S)
    ]
    assert heads[:2] == ["Cycling", "Mobility"]
    row = page[page.index('id="topic-cycling"') :]
    assert '<td class="number" data-label="Cases">1</td>' in row[:600]
    tags = town["dora"].see(f"{DESK}?facet=tag&sort=use&q=bi")
    assert "Bicis" in tags and 'value="use"' in tags


def test_tags_that_look_alike_are_suggested_and_cost_the_same_for_one_pair_and_for_many(app, town):
    dora, costs = town["dora"], []
    for many in (1, 30):
        with app.app_context():
            db.session.add_all(
                Tag(
                    slug=f"{many}-{n}-{end}", label=f"Tram{'abcdefghij'[n // 3] * 3}{'xyz'[n % 3]}{many}{end}"
                )
                for n in range(many)
                for end in ("", "s")
            )
            db.session.commit()
        costs.append(queries_of(app, lambda: dora.see(f"{DESK}/lookalikes")))
    assert costs[0] == costs[1]
    page = dora.see(f"{DESK}/lookalikes")
    assert "one and many" in page and "They are two" in page
    first, second = re.search(
        r'name="first" value="([^"]+)"><input type="hidden" name="second" value="([^"]+)"', page
    ).groups()
    dora.send(f"{DESK}/lookalikes/apart", first=first, second=second)
    assert f'value="{second}"' not in dora.see(f"{DESK}/lookalikes")
    dora.send(f"{DESK}/lookalikes/apart", status=409, first=first, second="nowhere")


# Proposals


def propose(browser, status=303, **form):
    asked = {"kind": "tag", "text": "Parklets", "language": "en", "about": "", "why": "Three cases need it."}
    return browser.send("/write/words", status=status, **{**asked, **form})


def test_ana_proposes_a_word_dora_decides_and_ana_hears_why(app, town):
    ana, dora = town["ana"], town["dora"]
    assert 'href="/write/words"' in ana.see("/write")
    propose(ana)
    come_round(app)
    page = dora.see(f"{DESK}/proposals")
    assert "Parklets" in page and "Ana" in page and "1 proposed word" in dora.see(DESK)
    with app.app_context():
        number = db.session.query(WordProposal).one().id
    decision = f"{DESK}/proposals/{number}/decision"
    silent = dora.send(decision, status=422, **{f"p{number}-decision": "take", f"p{number}-text": "Parklet"})
    assert "Give a reason" in silent and 'value="Parklet"' in silent
    answer = {
        f"p{number}-decision": "take",
        f"p{number}-text": "Parklet",
        f"p{number}-reason": "One is enough.",
    }
    dora.send(decision, **answer)
    come_round(app)
    mine = ana.see("/write/words")
    assert "Taken" in mine and "One is enough." in mine
    with app.app_context():
        assert taxonomy.find_word("tag", "parklet").is_offered
        kinds = {
            (letter.kind, letter.address) for letter in db.session.query(Letter) if "word" in letter.kind
        }
        letter = db.session.query(Letter).filter(Letter.kind == "word-decided").one()
        from exchange.notifications.things import things_of
        from exchange.notifications.wording import words_of

        text = words_of(letter, things_of(letter))[1]
    assert kinds == {("word-proposed", "dora@cast.example"), ("word-decided", "ana@cast.example")}
    assert "One is enough." in text and "because you proposed a word" in text
    dora.send(decision, **answer)  # pressed twice
    dora.send(decision, status=409, **{**answer, f"p{number}-decision": "decline"})


@pytest.mark.parametrize(
    "form,told",
    [
        ({"text": ""}, "Write the word first."),
        ({"why": ""}, "Say in a sentence"),
        ({"kind": "topic", "about": "cycling"}, "Choose one of the three at the top"),
        ({"kind": "synonym"}, "Choose the topic that the word stands for."),
        ({"text": "bicis"}, "“bicis” is there already."),
        ({"kind": "strange"}, "Not a valid choice"),
    ],
)
def test_a_proposal_that_says_too_little_comes_back_filled(town, form, told):
    page = propose(town["ana"], status=422, **form)
    assert told in page and ("Three cases need it." in page or "why" in form)


def test_a_reader_proposes_nothing(app, town):
    with app.app_context():
        chloe = cast.chloe()
        db.session.commit()
    Browser(app, chloe).see("/write/words", 404)
