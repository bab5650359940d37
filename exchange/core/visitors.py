"""Who asks for a page: a person who looks at it, or a program that fetches it. Nothing is kept of either."""

import re

ROBOTS = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/_;.-]|crawl|spider|slurp|scrap|archiver|fetch|monitor|uptime|preview|validat|-user\b"
    r"|lighthouse|headless|externalhit|mediapartners|feed|\brss\b|curl|wget|libwww|\blwp|urllib|python|requests"
    r"|httpx|aiohttp|go-http|okhttp|\bjava/|apache-http|axios|\bnode\b|undici|\bruby\b|\bperl\b|\bphp\b|guzzle"
    r"|postman|insomnia|httpie|zotero|mendeley|turnitin",
    re.IGNORECASE,
)  # Cubot makes telephones
PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")  # browsers that fetch ahead say so
AHEAD = ("prefetch", "prerender", "preview")


def is_person(request):
    """Whether somebody looks at it in a browser: no program that says so, nothing that is fetched ahead."""
    agent = request.headers.get("User-Agent", "")
    return request.method == "GET" and bool(agent) and not ROBOTS.search(agent) and not is_ahead(request)


def is_ahead(request):
    said = " ".join(request.headers.get(name, "") for name in PURPOSES).lower()
    return any(word in said for word in AHEAD)
