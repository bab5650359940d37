"""Words that are renamed, merged, retired; tags that look alike; words that officials propose."""

import pytest
from sqlalchemy import select

from exchange.core.journal import AuditLine, News
from exchange.core.models import db
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import Tag, Topic, WordProposal
from tests import cast
from tests.moderation import stage


@pytest.fixture
def dora(app):
    """Dora coordinates, in an installation with some tags."""
    with app.app_context():
        taxonomy.let_in_tags(["Superblock", "Super-Blocks", "Bicis", "Öffentlicher Raum", "Bikes"])
        dora = stage.dora()
        db.session.commit()
        yield dora


def lines():
    return db.session.scalars(
        select(AuditLine).where(AuditLine.subject == taxonomy.SUBJECT).order_by(AuditLine.id)
    ).all()


def word(facet, slug):
    return taxonomy.find_word(facet, slug)


def words_for(facet, value):
    return {(one.language, one.text) for one in taxonomy.synonyms(facet) if one.value == value}


# Names


def test_a_topic_gets_other_names_and_keeps_its_address(dora):
    texts = word("topic", "cycling").texts
    assert taxonomy.rename("topic", "cycling", {**texts, "en": " Bicycle  traffic "}, dora, before=texts)
    db.session.commit()
    assert word("topic", "cycling").names["en"] == "Bicycle traffic"
    assert not taxonomy.rename("topic", "cycling", {**texts, "en": "Bicycle traffic"}, dora)
    (line,) = lines()
    assert line.details["names"]["en"] == "Bicycle traffic" and line.details["instead_of"]["en"] == "Cycling"
    assert db.session.scalar(select(News.act)) == taxonomy.CHANGED


def test_a_tag_gets_a_name_in_a_language_beside_the_one_of_none(dora):
    taxonomy.rename("tag", "bicis", {"": "Bicis", "en": "Bicycles", "de": ""}, dora)
    assert word("tag", "bicis").texts == {"": "Bicis", "en": "Bicycles"}
    assert taxonomy.names()["tag", "bicis"]["en"] == "Bicycles"


@pytest.mark.parametrize(
    "facet,texts,why",
    [
        ("topic", {"en": "", "fr": " "}, "nameless"),
        ("tag", {"": "", "en": "Bicycles"}, "nameless"),
        ("topic", {"en": "?!"}, "unfit"),
        ("topic", {"en": "x" * 81}, "unfit"),
        ("topic", {"en": "ROAD PRICING"}, "taken"),
        ("tag", {"": "offentlicher raum"}, "taken"),
    ],
)
def test_a_name_that_cannot_stand_is_refused_and_nothing_changes(dora, facet, texts, why):
    slug = {"topic": "cycling", "tag": "bicis"}[facet]
    before = word(facet, slug).texts
    with pytest.raises(taxonomy.WordRefused) as refusal:
        taxonomy.rename(facet, slug, texts, dora)
    assert refusal.value.why == why and word(facet, slug).texts == before and lines() == []


def test_of_two_who_rename_at_once_the_second_is_told(dora):
    texts = word("topic", "cycling").texts
    taxonomy.rename("topic", "cycling", {**texts, "en": "Bicycles"}, dora, before=texts)
    with pytest.raises(taxonomy.Meanwhile):
        taxonomy.rename("topic", "cycling", {**texts, "en": "Pedalling"}, dora, before=texts)
    assert word("topic", "cycling").names["en"] == "Bicycles"


# Merging


def test_after_a_merge_the_old_address_leads_to_the_new_and_every_word_finds_it(dora):
    assert ("de", "Radweg") in words_for("topic", "cycling")
    assert taxonomy.merge("topic", "cycling", "walking", dora)
    db.session.commit()
    assert taxonomy.current("topic", ["cycling", "housing", "walking"]) == ["walking", "housing"]
    assert {("de", "Radweg"), ("en", "Cycling"), ("fr", "Vélo")} <= words_for("topic", "walking")
    assert words_for("topic", "cycling") == set() and ("topic", "cycling") not in taxonomy.names()
    assert "cycling" in taxonomy.topics() and not word("topic", "cycling").is_offered
    (line,) = lines()
    assert line.details == {"facet": "topic", "value": "cycling", "merged_into": "walking"}


def test_a_merge_twice_is_one_and_one_into_something_else_is_told(dora):
    taxonomy.merge("topic", "cycling", "walking", dora)
    assert not taxonomy.merge("topic", "cycling", "walking", dora) and len(lines()) == 1
    with pytest.raises(taxonomy.Meanwhile):
        taxonomy.merge("topic", "cycling", "parking" if word("topic", "parking") else "pricing", dora)


def test_a_chain_of_merges_leads_straight_to_its_end(dora):
    taxonomy.merge("tag", "super-blocks", "superblock", dora)
    taxonomy.merge("tag", "superblock", "bicis", dora)
    assert taxonomy.current("tag", ["super-blocks"]) == ["bicis"]
    assert word("tag", "super-blocks").merged_into == "bicis"


@pytest.mark.parametrize(
    "value,into,why",
    [
        ("housing", "mobility", "root"),
        ("cycling", "cycling", "same"),
        ("cycling", "nowhere", "gone"),
        ("nowhere", "cycling", "gone"),
        ("cycling", "walking", "gone"),
    ],
)
def test_what_cannot_be_merged_is_refused(dora, value, into, why):
    if why == "gone" and into == "walking":
        taxonomy.retire("topic", "walking", dora)
    before = len(lines())
    with pytest.raises(taxonomy.WordRefused) as refusal:
        taxonomy.merge("topic", value, into, dora)
    assert refusal.value.why == why and len(lines()) == before


# Retiring


def test_a_retired_word_is_read_and_offered_to_nobody_until_it_is_again(dora):
    assert taxonomy.retire("tag", "bicis", dora) and not taxonomy.retire("tag", "bicis", dora)
    assert taxonomy.suggest_tags("bi") == ["Bikes"] and ("tag", "bicis") in taxonomy.names()
    assert taxonomy.offer_again("tag", "bicis", dora) and not taxonomy.offer_again("tag", "bicis", dora)
    assert taxonomy.suggest_tags("bi") == ["Bicis", "Bikes"]
    assert [line.details["retired"] for line in lines()] == [True, False]
    with pytest.raises(taxonomy.WordRefused):
        taxonomy.retire("topic", "housing", dora)


# Tags that look alike


@pytest.mark.parametrize(
    "first,second,why",
    [
        ("Öffentlicher Raum", "offentlicher-raum", "case"),
        ("Car sharing", "Carsharing", "case"),
        ("School street", "School streets", "plural"),
        ("City", "Cities", "plural"),
        ("Marché", "Marchés", "plural"),
        ("Straße", "Straßen", "slip"),
        ("Accessibility", "Accesibility", "slip"),
        ("Participation", "Particpiation", "slip"),
        ("Bus", "Bush", ""),
        ("District 11", "District 12", ""),
        ("Housing", "Mobility", ""),
        ("Class", "Clas", ""),
    ],
)
def test_which_tags_look_alike(app, first, second, why):
    with app.app_context():
        db.session.add_all([Tag(slug="first", label=first), Tag(slug="second", label=second)])
        db.session.commit()
        found = taxonomy.lookalikes({"second": 3})
        assert [one.why for one in found] == ([why] if why else [])
        if found:
            assert (found[0].kept.slug, found[0].other.slug) == ("second", "first")


def test_tags_that_were_kept_apart_merged_or_retired_are_not_asked_about_again(dora):
    pairs = [(one.kept.slug, one.other.slug) for one in taxonomy.lookalikes({})]
    assert pairs == [("super-blocks", "superblock")]
    assert taxonomy.keep_apart("superblock", "super-blocks", dora)
    assert not taxonomy.keep_apart("super-blocks", "superblock", dora)
    assert taxonomy.lookalikes({}) == []
    assert db.session.query(AuditLine).filter(AuditLine.act == "keep tags apart").count() == 1


# Proposals


def propose(by, kind="topic", value="mobility", text="Cargo bikes", **more):
    return taxonomy.propose(kind, value, text, more.get("language", "en"), "Three cases need it.", by)


def test_a_proposal_that_is_taken_stands_and_one_that_is_declined_does_not(dora):
    ana = cast.ana()
    topic, tag, synonym = (
        propose(ana),
        propose(ana, "tag", "", "Parklets"),
        propose(ana, "synonym", "cycling", "Drahtesel", language="de"),
    )
    for one in (topic, tag, synonym):
        taxonomy.decide(one, True, "Yes.", dora)
    declined = propose(ana, "tag", "", "Nonsense")
    taxonomy.decide(declined, False, "No case would need it.", dora)
    db.session.commit()
    made = taxonomy.topics()["cargo-bikes"]
    assert made.root == "mobility" and made.names == {"en": "Cargo bikes"} and made.is_offered
    assert word("tag", "parklets").label == "Parklets" and word("tag", "nonsense") is None
    assert ("de", "Drahtesel") in words_for("topic", "cycling")
    acts = [
        line.act for line in db.session.scalars(select(AuditLine)) if line.subject.startswith("proposal:")
    ]
    assert sorted(acts) == ["proposal declined", *["proposal taken"] * 3, *["propose word"] * 4]


def test_the_same_proposal_twice_is_one_and_the_same_decision_too(dora):
    ana = cast.ana()
    first = propose(ana)
    assert propose(ana, text="cargo  BIKES") is first and db.session.query(WordProposal).count() == 1
    taxonomy.decide(first, True, "Yes.", dora)
    taxonomy.decide(first, True, "Yes.", dora)
    assert db.session.query(Topic).filter(Topic.slug.like("cargo-bikes%")).count() == 1
    with pytest.raises(taxonomy.Meanwhile):
        taxonomy.decide(first, False, "No.", cast.person("Cora", "coordinator"))


@pytest.mark.parametrize(
    "kind,value,text,why",
    [
        ("topic", "mobility", "radverkehr", "taken"),
        ("topic", "cycling", "Cargo bikes", "gone"),
        ("topic", "nowhere", "Cargo bikes", "gone"),
        ("synonym", "nowhere", "Wheels", "gone"),
        ("tag", "", "bicis", "taken"),
        ("tag", "", "!?", "unfit"),
    ],
)
def test_what_is_there_already_or_belongs_nowhere_is_not_proposed(dora, kind, value, text, why):
    with pytest.raises(taxonomy.WordRefused) as refusal:
        propose(cast.ana(), kind, value, text)
    assert refusal.value.why == why and db.session.query(WordProposal).count() == 0
