"""A letter's words, rendered in its reader's language when it goes."""

from flask import current_app, render_template

from exchange.core.i18n import speaking

ASKED = {"link", "known-address", "address-changed", "test"}  # someone acts with the address at this moment
MUST = {  # the reader has something to do
    "assigned",
    "appeal-asked",
    "batch-city",
    "batch-opened",
    "case-disputed",
    "case-invitation",
    "case-waits",
    "changes",
    "city-notice",
    "claims-end",
    "clearance-answer",
    "colleague-answered",
    "freshness",
    "freshness-answer",
    "hidden",
    "hiding-appealed",
    "hiding-upheld",
    "membership-asked",
    "mending-due",
    "question-put",
    "question-unplaced",
    "reported",
    "reviews-due",
    "text-waits",
    "transfer-recorded",
    "translation-waits",
    "withdrawal-asked",
    "word-proposed",
}


def words_of(letter, things, bare=False):
    """(subject, text) in the reader's language; `bare` leaves out greeting and signature, for a digest."""
    settings = current_app.config["SETTINGS"]
    with speaking(letter.language):
        text = render_template(
            f"letters/{letter.kind}.txt",
            letter=letter,
            bare=bare,
            asked=letter.kind in ASKED,
            task=letter.kind in MUST,
            site=settings.site_name,
            base_url=settings.base_url,
            **things,
        )
    subject, _, body = text.strip().partition("\n")
    return subject, body.strip() + "\n"
