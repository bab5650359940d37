"""Words are found however they are written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.search.words import analysis


def meet(typed, written, language):
    """Whether a typed word finds a written one in a text of that language."""
    kept = {}  # as the index keeps them: term or stem → words
    for word in analysis.WORD.findall(written):
        for piece in analysis.pieces(word):
            kept.setdefault(piece, set()).add(piece)
            for stem in analysis.stems(word, language):
                kept.setdefault(stem, set()).add(piece)
    return all(found(kept, *place, language) for place in analysis.asked(typed))


def found(kept, folded, word, language):
    stems = {(language, stem) for stem in analysis.keys(folded, word, language)}
    if analysis.is_single(folded):
        return any(isinstance(key, str) and key.startswith(folded) for key in kept)
    return not kept.keys().isdisjoint(
        {*analysis.spellings(folded, word), (analysis.WRITTEN_OUT, folded), *stems}
    )


@pytest.mark.parametrize(
    "typed, written, language",
    [
        ("fernandez", "Fernández", "es"),
        ("FERNÁNDEZ", "fernandez", "en"),
        ("zuerich", "Zürich", "de"),
        ("zurich", "Zürich", "fr"),
        ("Zürich", "Zuerich", "en"),
        ("zurich", "Zuerich", "en"),
        ("muenchen", "München", "en"),
        ("munchen", "Muenchen", "de"),
        ("koebenhavn", "København", "en"),
        ("strasse", "Straße", "de"),
        ("Straße", "STRASSE", "en"),
        ("oeuvre", "œuvre", "fr"),
        ("lodz", "Łódź", "pl"),
        ("cafe", "cafe\u0301", "fr"),
        ("fi", "ﬁ", "en"),
        ("radverkehr", "Rad\u00adverkehrs", "de"),
    ],
)
def test_case_accents_and_umlauts_make_no_difference(typed, written, language):
    assert meet(typed, written, language)


@pytest.mark.parametrize(
    "typed, written, language",
    [
        ("plan", "planned", "en"),
        ("cities", "city", "en"),
        ("rents", "rent", "en"),
        ("logement", "logements", "fr"),
        ("sociaux", "sociale", "fr"),
        ("renovation", "rénover", "fr"),
        ("renovee", "rénover", "fr"),
        ("participacion", "participaciones", "es"),
        ("viviendas", "vivienda", "es"),
        ("wohnungen", "Wohnung", "de"),
        ("haeuser", "Häusern", "de"),
    ],
)
def test_every_form_of_a_word_is_found_in_its_language(typed, written, language):
    assert meet(typed, written, language)


@pytest.mark.parametrize(
    "typed, written, language",
    [
        ("logement", "log", "en"),
        ("rent", "tent", "en"),
        ("zurich", "zur", "de"),
        ("планы", "планер", "ru"),
    ],
)
def test_other_words_and_stems_of_other_languages_are_not(typed, written, language):
    assert not meet(typed, written, language)


@pytest.mark.parametrize(
    "typed, written",
    [
        ("東京", "東京都のバス専用道"),
        ("バス", "東京都のバス専用道"),
        ("公共交通", "城市公共交通规划"),
        ("서울", "서울특별시"),
        ("รถเมล์", "ระบบรถเมล์ด่วน"),
        ("москва", "Москва"),
        ("Αθηνα", "Αθήνα"),
        ("القاهرة", "القاهرة"),
        ("दिल्ली", "दिल्ली में बस"),
    ],
)
def test_no_script_is_lost(typed, written):
    assert meet(typed, written, "xx")


def test_every_word_has_its_place_so_that_phrases_hold():
    assert analysis.terms("The right to the city") == ["the", "right", "to", "the", "city"]
    assert analysis.terms("東京都2020") == ["東京", "京都", "都", "2020"]


def test_a_word_whose_stem_is_a_small_word_is_not_small():
    assert analysis.stems_of("sure", "fr") & analysis.STOP_WORDS, "the danger is there"
    assert not analysis.is_stop_word(analysis.asked("sure")[0])


def test_small_words_are_left_out_of_a_question_but_not_of_its_only_word():
    assert [place[0] for place in analysis.without_stop_words(analysis.asked("l’eau"))] == ["eau"]
    assert len(analysis.without_stop_words(analysis.asked("the"))) == 1


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["en", "fr", "es", "de", "pt", "xx"]))
def test_a_text_is_found_by_each_of_its_words(text, language):
    for word in analysis.WORD.findall(text):
        assert meet(word, text, language), word
