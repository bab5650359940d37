"""Words as they are compared: without case, accents, ligatures and the many shapes of digits."""

import re
import unicodedata

INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
ACCENTS = re.compile(f"[\u0300-\u036f\u0640\u064b-\u0655\u0670{INVISIBLE}]")
DIGITS = [code for code in range(0x660, 0x20000) if unicodedata.category(chr(code)) == "Nd"]
LETTERS = str.maketrans(
    {
        **dict(zip("øłđðıħŧةىیکς", "olddihtهييكσ", strict=True)),
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        **{chr(code): str(unicodedata.digit(chr(code))) for code in DIGITS},
    }
)


def folded(word):
    """'Fernández' → 'fernandez', 'Straße' → 'strasse'; other scripts keep their letters."""
    if word.isascii():
        return word.lower()
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    return unicodedata.normalize("NFC", bare.casefold().translate(LETTERS))
