"""What an answer may point to: a scientific paper by its DOI, a case of ours by its address."""

import re
from urllib.parse import quote, urlsplit

from flask import current_app

from exchange.core.markup import is_web_address
from exchange.practices import service as practices

DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
CODE = re.compile(rf"[{practices.ALPHABET}]{{6}}")
PATH = re.compile(rf"/practices/([{practices.ALPHABET}]{{6}})(?:[-/.].*)?", re.IGNORECASE)


def paper_address(text):
    """'10.1000/182', 'doi:10.1000/182' or a web address → an address that opens; '' for anything else."""
    text = (text or "").strip()
    if match := DOI.fullmatch(text):
        return "https://doi.org/" + quote(match[1], safe="/:;.()_-%<>[]")
    return text if is_web_address(text) else ""


def public_id_in(text):
    """The public id that an address or code of ours names, whether or not there is such a case; else ''."""
    text = (text or "").strip()
    if CODE.fullmatch(text.upper()):
        return text.upper()
    try:
        address = urlsplit(text if "://" in text or text.startswith("/") else f"//{text}")
    except ValueError:
        return ""
    match = PATH.fullmatch(address.path) if address.netloc in ("", own_host()) else None
    return match[1].upper() if match else ""


def own_host():
    return urlsplit(current_app.config["SETTINGS"].base_url).netloc


def is_known(text, stored=None):
    """Whether it names a public case of ours, or the one that was named here before, public or not."""
    public_id = public_id_in(text)
    return bool(public_id) and (public_id == stored or public_id in practices.public_titles({public_id}))
