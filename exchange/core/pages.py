"""Lists that are longer than a page."""

MOST_PAGES = 100_000


def page_number(text):
    """The page that an address asks for; 1 for whatever is none."""
    try:
        return max(1, min(int(text), MOST_PAGES))
    except (TypeError, ValueError):
        return 1


def page_count(total, size):
    """How many pages of that size there are: an empty list has one, which says so."""
    return max(1, -(-total // size))
