"""What a text is known by: its hash, and the fingerprints of single answers and rows."""

import hashlib
import json

from exchange.practices import schema


def content_hash(revision):
    """What an approval names: everything a reader may see of the revision."""
    public = {
        name: value
        for name, value in revision.answers.items()
        if name not in schema.FIELDS or schema.FIELDS[name].public
    }
    return fingerprint(
        [
            revision.title,
            revision.summary or "",
            revision.language,
            revision.edition or 1,
            public,
            revision.missing or {},
        ]
    )


def claim_of(row):
    """The fingerprint of one row of results: the same as long as the row says the same, in its own words."""
    row = getattr(row, "written", row)
    return fingerprint({name: value for name, value in row.items() if value not in (None, "")})[:20]


def fingerprint(value):
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
