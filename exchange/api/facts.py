"""What leaves the house about a case, said the same way in every exit.

Only this file and `rest.item` choose: nothing is taken from a case but what its page shows to everyone.
Names and codes are for machines and stay as they are in every language of the reader.
"""

import re
from itertools import islice

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from exchange.api import claims
from exchange.core.markup import plain
from exchange.core.models import db, reading
from exchange.moderation import service as moderation
from exchange.moderation.models import Decision, Review
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.search import service as search
from exchange.taxonomy import service as taxonomy

UNSPEAKABLE = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # controls, halves


def every_case(query):
    """The facts of every case of a question, in its order."""
    cases = search.everything(query, with_words=True)
    while batch := list(islice(cases, search.BATCH)):
        judged, checks, studies, translations = beside(batch)
        for case in batch:
            mine = judged.get(case.revision.id), checks, studies.get(case.practice.id, [])
            yield facts(case, query.language, *mine, translations.get(case.practice.id, {}))


def beside(cases):
    """What stands beside the texts of these cases: judgements, checks of figures, accepted evaluations,
    titles and summaries in other languages.

    Read in a session that is closed again at once.
    """
    ids = [case.practice.id for case in cases]
    with reading(), Session(db.engine) as session:
        return (
            judgements([case.revision.id for case in cases], session),
            moderation.checks_of(ids, session),
            moderation.accepted_evaluations(ids, session),
            translating.first_words(ids, session),
        )


def judgements(revision_ids, session):
    """Revision id → (design, independence) as its reviewer sees them; they count before the author's own."""
    rows = session.execute(
        select(Review.revision_id, Review.evidence_design, Review.evidence_independence)
        .join(Decision, Decision.review_id == Review.id)
        .where(Review.revision_id.in_(revision_ids), Decision.verdict == "approve")
        .order_by(Decision.id)
    )
    return {revision_id: judged for revision_id, *judged in rows}


def evidence_of(review):
    """(design, independence) of a review, as `judgements` gives them."""
    return (review.evidence_design, review.evidence_independence) if review else None


def facts(case, language, judged, checks, studies, translations):
    """Name → text, number, list or None: the columns of a table, the properties of a place.

    `judged`, `checks`, `studies`, `translations`: what `beside` knows of the case.
    """
    practice, revision = case.practice, case.revision
    design, independence = judged or (None, None)
    told = claims.claims(practice, revision, checks)
    states = claims.states(told)
    lat, lon = practices.place_of(practice, revision.answers) or (None, None)
    said = translations.get(language, {}) if not translating.is_written_in(revision, language) else {}
    return {
        "id": practice.public_id,
        "version": revision.number,
        "title": one_line(revision.title),
        "summary": summary_of(revision),
        "city": one_line(case.city.label(language)) if case.city else None,
        "country": case.country,
        "country_name": country_of(case, language) or None,
        "topics": [topic.slug for topic in case.topics],
        "sdgs": [int(row["goal"]) for row in revision.get("sdgs", []) if row.get("goal")],
        "tags": tags_of(revision),
        "stage": revision.get("stage", None),
        "start": revision.get("start", None),
        "end": revision.get("end", None),
        "language": revision.language,
        "evidence_design": design or revision.get("evidence_design", None),
        "evidence_independence": independence or revision.get("evidence_independence", None),
        "cost_band": revision.get("cost_band", None),
        "told_by": teller_of(practice),
        "city_word": city_word(practice),
        "labels": labels_of(practice),
        "licence": licence_of(case),
        "published": revision.published_at.date().isoformat(),
        **freshness_of(practice),
        "latitude": lat,
        "longitude": lon,
        "url": absolute(case.path),
        "version_url": version_url(case),
        "other_cities": [one_line(str(city)) for city in revision.get("other_cities", [])],
        "location_precision": precision_of(practice, revision),
        "results": [one_line(claims.in_a_line(one)) for one in told],
        "results_checked": states.count("checked"),
        "results_disputed": states.count("disputed"),
        "results_outdated": states.count("outdated"),
        "evaluations": evaluations_of(revision, studies),
        "staff_setup": revision.get("staff_setup", None),
        "staff_running": revision.get("staff_running", None),
        "translations": list(translations),
        "translated_title": one_line(said.get("title")) or None,
        "translated_summary": one_line(plain(said.get("summary") or "")) or None,
    }


def freshness_of(practice):
    """When it was last confirmed, until when that counts, and since when nobody has confirmed it."""
    return {
        "confirmed_at": day_of(practice.confirmed_at),
        "confirm_by": day_of(practice.confirm_by),
        "not_confirmed_since": day_of(practice.silent_since),
    }


def day_of(moment):
    """'2026-11-26', or None."""
    return moment.date().isoformat() if moment else None


def precision_of(practice, revision):
    """'exact', 'city-centre', or None where nobody said, or nobody knows the place."""
    if practices.own_place(revision.answers):
        return revision.get("location")[0].get("precision")
    return "city-centre" if practices.place_of(practice, revision.answers) else None


def evaluations_of(revision, studies):
    """Where the evaluations can be read, or their titles: those of the text, then those of readers."""
    told = [one_line(row.get("address") or row.get("title")) for row in revision.get("evaluations", [])]
    return [*told, *(one_line(one.address) for one in studies)]


def teller_of(practice):
    """Who tells it: city, partner, award, researcher or secretariat, or how else it came here."""
    if practice.is_demonstration:
        return "demonstration"
    return "import" if practice.is_imported else practice.told_by


def city_word(practice):
    """confirmed, disputed or ended; 'none' where a city has said nothing of what others tell."""
    if practice.endorsement:
        return practice.endorsement.word
    return None if teller_of(practice) == "city" else "none"


def labels_of(practice):
    """What others say of the case as a whole: 'featured', 'expert-reviewed', 'award: name year'."""
    shown = [label for label in practice.labels if label.kind != "demonstration"]
    return [award_of(label) if label.kind == "award" else label.kind for label in shown]


def award_of(label):
    return f"award: {one_line(label.name)}" + (f" {label.year}" if label.year else "")


def author_of(case, language):
    """The corporate author to cite. A city is one only of what it told itself."""
    site, place = current_app.config["SETTINGS"].site_name, place_name(case, language)
    teller = teller_of(case.practice)
    if teller == "import":
        return one_line(case.practice.origin_source)
    if teller in ("demonstration", "secretariat") or not place:
        return site
    return {
        "city": place,
        "partner": _("A partner of %(city)s", city=place),
        "award": _("An award given to %(city)s", city=place),
        "researcher": _("Researchers on %(city)s", city=place),
    }[teller]


def place_name(case, language):
    return one_line(case.city.label(language)) if case.city else country_of(case, language)


def country_of(case, language):
    """The country's name, or what an imported record called it."""
    return taxonomy.country_name(case.country, language) or one_line(case.practice.origin.get("country"))


def summary_of(revision):
    return one_line(plain(revision.summary))


def tags_of(revision):
    return [one_line(str(tag)) for tag in revision.get("tags", [])]


def licence_of(case):
    return one_line(case.revision.get("licence") or case.practice.origin.get("licence")) or None


def version_url(case):
    """The address that will show this very text, whatever is published later."""
    return absolute(f"/practices/{case.practice.public_id}/revisions/{case.revision.number}")


def absolute(path):
    return current_app.config["SETTINGS"].base_url.rstrip("/") + path


def one_line(text):
    """Without line breaks and without characters that no file should hold."""
    return " ".join(UNSPEAKABLE.sub(" ", text or "").split())
