"""Four languages without a gap: every word is translated, with its placeholders, and compiled."""

import pytest

from tests import messages


@pytest.fixture(scope="module")
def template():
    return {message.id for message in messages.collected() if message.id}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_reader_finds_every_word_in_her_language(language, template):
    catalogue = messages.read(language)
    known = {message.id for message in catalogue if message.id and messages.translated(message)}
    assert sorted(map(str, template - known)) == [], "run `make messages` and translate"
    assert sorted(map(str, known - template)) == [], "run `make messages`: words that nobody says any more"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_keeps_the_names_and_numbers_that_it_was_given(language):
    catalogue = messages.read(language)
    for message in catalogue:
        if message.id:
            faults = list(message.check(catalogue))
            assert not faults, f"{message.id}: {faults}"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_compiled_catalogue_says_what_the_written_one_says(language):
    path = messages.FOLDER / language / "LC_MESSAGES" / "messages.mo"
    assert path.read_bytes() == messages.compiled(messages.read(language)), "run `make messages`"
