"""A translation: what there is to translate, what happens when the original changes, who may write it."""

import pytest

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.practices.models import Translation
from exchange.practices.service import Changed, NotAllowed
from tests import cast
from tests.moderation import stage

OBSTACLES = [
    {"obstacle": "Distrust", "handled": "Open accounts", "solved": "partly"},
    {"obstacle": "Little time", "handled": "Evening meetings", "solved": "yes"},
]


@pytest.fixture
def porto(app):
    """(public practice, Ana, Bruno) in an app context."""
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        yield cast.published(ana, bruno, obstacles=OBSTACLES), ana, bruno


def renew(practice, ana, bruno, **answers):
    """A newer text of the case becomes public."""
    draft = practices.next_draft(practices.public_revision(practice), ana)
    practices.write(draft, answers, {})
    review = moderation.submit(draft, ana)
    moderation.take(review, bruno)
    moderation.decide(review, "approve", bruno, **stage.JUDGED)


def told(practice, language="fr"):
    return translating.in_language(practices.public_revision(practice), language)


def test_title_and_summary_come_first_and_contacts_and_codes_are_left_alone(porto):
    keys = [unit.key for unit in translating.units(practices.public_revision(porto[0]))]
    assert keys[:2] == ["title", "summary"]
    assert {"challenge", "obstacles.1.handled", "results.0.indicator"} <= set(keys)
    assert not [key for key in keys if key.startswith(("contacts", "lead_unit", "sdgs.0.target"))]


def test_readers_get_what_was_translated_and_the_rest_as_it_was_written(porto):
    practice, ana, bruno = porto
    cast.translated(practice, ana, bruno, title="Un budget", summary="Les habitants décident.")
    text = told(practice)
    assert (text.title, text.title.lang) == ("Un budget", "fr")
    assert text.get("challenge") == cast.ANSWERS["challenge"]
    assert translating.lang_of(text.get("challenge"), text) == "en"
    assert not text.is_whole and not text.by_machine and told(practice, "de").title == text.revision.title


def test_a_translation_of_words_that_changed_is_stale_and_still_shown(porto):
    practice, ana, bruno = porto
    cast.translated(
        practice, ana, bruno, title="Un budget", summary="Ils décident.", challenge="La méfiance."
    )
    renew(practice, ana, bruno, challenge="Nobody believed in the council.")
    text = told(practice)
    assert text.get("challenge") == "La méfiance." and text.stale == {"challenge"}
    assert text.title == "Un budget"


def test_a_row_that_moved_keeps_its_translation_and_a_new_one_has_none(porto):
    practice, ana, bruno = porto
    said = {"obstacles__0__obstacle": "La méfiance", "obstacles__1__obstacle": "Peu de temps"}
    cast.translated(practice, ana, bruno, title="Un budget", summary="Ils décident.", **said)
    rows = [OBSTACLES[1], {"obstacle": "A new mayor"}, OBSTACLES[0]]
    renew(practice, ana, bruno, obstacles=rows)
    shown = [row["obstacle"] for row in told(practice).get("obstacles")]
    assert shown == ["Peu de temps", "A new mayor", "La méfiance"]


def test_a_row_whose_words_changed_is_told_as_it_is_written_now(porto):
    practice, ana, bruno = porto
    cast.translated(practice, ana, bruno, title="T", summary="S", obstacles__0__obstacle="La méfiance")
    renew(practice, ana, bruno, obstacles=[{"obstacle": "Rain", "solved": "no"}])
    assert told(practice).get("obstacles")[0]["obstacle"] == "Rain"


def test_there_is_one_working_and_one_public_translation_of_each_language(porto):
    practice, ana, bruno = porto
    first = cast.translated(practice, ana, bruno, title="Un budget", summary="Ils décident.")
    second = translating.begin(practice, "fr", ana)
    assert second is not first and second.texts == first.texts and second.writers == [ana.id]
    assert translating.begin(practice, "fr", ana) is second
    translating.submit(second, ana)
    moderation.decide_translation(second, "approve", bruno)
    assert (first.state, second.state) == ("superseded", "published")
    assert translating.public(practice, "fr") is second


def test_the_database_itself_refuses_a_second_public_one(porto):
    practice, ana, bruno = porto
    first = cast.translated(practice, ana, bruno, title="Un budget", summary="Ils décident.")
    db.session.add(Translation(practice=practice, language="fr", state="published", decided_by_id=bruno.id))
    with pytest.raises(Exception, match=r"(?i)unique"):
        db.session.flush()
    db.session.rollback()
    assert first


def test_nobody_translates_into_the_language_it_is_written_in(porto):
    practice, ana, _bruno = porto
    for language in ("en", "xx"):
        with pytest.raises(NotAllowed):
            translating.begin(practice, language, ana)


def test_only_its_writers_its_city_and_moderators_translate_a_public_case(porto):
    practice, ana, bruno = porto
    berta = cast.person("Berta", city="porto")
    waits = cast.person("Wanda", city="porto", member_state="requested")
    otto = cast.person("Otto", city="wien")
    may = [
        user.name for user in (ana, bruno, berta, waits, otto) if translating.may_translate(practice, user)
    ]
    assert may == ["Ana", "Bruno", "Berta"]
    practices.show(practice, "tombstone", bruno, "Gone.")
    assert not translating.may_translate(practice, ana)


def test_a_draft_of_a_case_cannot_be_translated(app):
    with app.app_context():
        ana = cast.ana()
        assert not translating.may_translate(cast.draft(ana).practice, ana)


def test_of_two_who_write_at_once_the_second_is_told(porto):
    practice, ana, _bruno = porto
    berta = cast.person("Berta", city="porto")
    made, source = translating.begin(practice, "fr", ana), practices.public_revision(practice)
    base = translating.base_of(made)
    translating.save(made, source, {"title": "Un budget"}, (), ana, base)
    with pytest.raises(Changed) as refusal:
        translating.save(made, source, {"title": "Le budget"}, (), berta, base)
    assert refusal.value.current == {"title": "Un budget"} and made.texts["title"]["text"] == "Un budget"
    assert translating.save(made, source, {"title": "Un budget "}, (), berta, base) is False
    assert made.writers == [ana.id]


def test_what_a_machine_wrote_stays_its_own_until_a_person_says_that_she_read_it(porto):
    practice, ana, _bruno = porto
    made, source = translating.begin(practice, "fr", ana), practices.public_revision(practice)
    translating.save(made, source, {"title": "Un budget"}, (), ana)
    filled = translating.fill(made, source, {"title": "MACHINE", "summary": "Ils décide."}, ana)
    assert filled == 1 and made.texts["title"]["text"] == "Un budget"
    translating.save(made, source, {"summary": "Ils décident."}, (), ana)
    assert made.texts["summary"]["how"] == "machine"
    translating.save(made, source, {"summary": "Ils décident."}, {"summary"}, ana)
    assert made.texts["summary"]["how"] == "human"


def test_whoever_read_a_stale_text_again_says_so_by_a_tick(porto):
    practice, ana, bruno = porto
    cast.translated(
        practice, ana, bruno, title="Un budget", summary="Ils décident.", challenge="La méfiance."
    )
    renew(practice, ana, bruno, challenge="Few people believed that the council listens.")
    made, source = translating.begin(practice, "fr", ana), practices.public_revision(practice)
    translating.save(made, source, {"challenge": "La méfiance."}, (), ana)
    assert translating.matches(translating.units(source), made.texts)["challenge"].is_stale
    translating.save(made, source, {"challenge": "La méfiance."}, {"challenge"}, ana)
    assert not translating.matches(translating.units(source), made.texts)["challenge"].is_stale


def test_it_may_stop_at_title_and_summary_but_not_before(porto):
    practice, ana, _bruno = porto
    made = cast.translation(practice, ana, title="Un budget")
    with pytest.raises(translating.Incomplete) as refusal:
        translating.submit(made, ana)
    assert [unit.key for unit in refusal.value.units] == ["summary"]
    translating.save(made, practices.public_revision(practice), {"summary": "Ils décident."}, (), ana)
    translating.submit(made, ana)
    translating.submit(made, ana)
    lines = db.session.query(AuditLine).filter(AuditLine.act == "submit translation").all()
    assert made.state == "submitted" and len(lines) == 1


def test_those_who_clear_a_case_get_the_texts_of_what_is_public_or_about_to_be(porto):
    practice, ana, bruno = porto
    cast.translated(practice, ana, bruno, title="Un budget", summary="Ils décident.")
    cast.translation(practice, ana, "de", title="Ein Haushalt", summary="Sie entscheiden.")
    newer = cast.translation(practice, ana, title="Le budget")
    assert translating.texts_of_translations(practice)["fr"]["title"] == "Un budget"
    translating.submit(newer, ana)
    found = translating.texts_of_translations(practice)
    assert found == {"fr": {"title": "Le budget", "summary": "Ils décident."}}


def with_files(practice, ana):
    """The public text shows a picture with a caption, and a document; returns the rows of the picture."""
    image, document = cast.put_media(practice, ana)
    revision = practices.public_revision(practice)
    pictures = [
        {
            "file": image.id,
            "alt": "People around a table",
            "caption": "The first assembly",
            "credit": "A long name of a photographer",
            "licence": "CC BY 4.0",
        }
    ]
    practices.write(
        revision, {"media": pictures, "documents": [{"file": document.id, "name": "Yearly report"}]}, {}
    )
    revision.approved_hash = revision.content_hash
    db.session.flush()
    return pictures


def test_what_pictures_show_and_documents_are_called_is_translated_and_who_took_them_is_not(porto):
    practice, ana, _bruno = porto
    with_files(practice, ana)
    units = {unit.key: unit for unit in translating.units(practices.public_revision(practice))}
    found = {key for key in units if key.startswith(("media", "documents"))}
    assert found == {"media.0.alt", "media.0.caption", "documents.0.name"}
    source = practices.public_revision(practice)
    assert units["media.0.alt"].picture_in(source)["alt"] == "People around a table"
    assert units["documents.0.name"].picture_in(source) is None


def test_words_of_a_picture_are_human_by_machine_or_told_anew_like_those_of_other_rows(porto):
    practice, ana, bruno = porto
    pictures = with_files(practice, ana)
    made, source = translating.begin(practice, "fr", ana), practices.public_revision(practice)
    translating.save(made, source, {"title": "Un budget", "summary": "Ils décident."}, (), ana)
    translating.fill(made, source, {"media.0.alt": "Des gens", "media.0.caption": "L’assemblée"}, ana)
    translating.save(made, source, {"media.0.alt": "Des gens"}, {"media.0.alt"}, ana)
    assert made.texts["media.0.alt"]["how"] == "human" and made.texts["media.0.caption"]["how"] == "machine"
    translating.submit(made, ana)
    moderation.decide_translation(made, "approve", bruno)
    row = told(practice).get("media")[0]
    assert (row["alt"], row["alt"].lang, row["caption"]) == ("Des gens", "fr", "L’assemblée")
    assert row["file"] == pictures[0]["file"] and told(practice).by_machine
    other = {**pictures[0], "caption": "The last assembly"}
    renew(practice, ana, bruno, media=[other])
    row = told(practice).get("media")[0]
    assert (row["alt"], row["caption"]) == ("Des gens", "The last assembly")
    assert translating.matches(translating.units(told(practice).revision), made.texts)[
        "media.0.caption"
    ].is_stale
