"""Small made-up networks in many languages, whose cases share few words, so that questions find many of them.

Everything goes through the services: told, reviewed, published, renewed, withdrawn, restored.
"""

import random
from contextlib import suppress

from sqlalchemy import delete, select

from exchange import reactions
from exchange.accounts import service as accounts
from exchange.accounts.models import City
from exchange.core import journal
from exchange.core.journal import News
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import schema, translating
from exchange.practices import service as practices
from exchange.search import indexing
from exchange.taxonomy import service as taxonomy
from tests import cast

WORDS = {  # language → words in several forms, with and without their signs
    "en": "house houses housing Housing tram trams budget budgets child children city city’s the of in and "
    "co-housing café women's Woman planned planning e-bike",
    "fr": "logement logements Logement ville villes budget participatif participatifs participative l’eau "
    "d'eau créée creee créées élève eleve élèves de la et cœur coeur café cafés",
    "es": "vivienda viviendas participación participacion participativo niño ninos niños agua aguas el la "
    "de árbol arboles ciudad ciudades",
    "de": "Förderung Förderungen Foerderung Forderung Spielplatz Spielplätze Spielplaetze Straße Strasse "
    "Straßen Haus Häuser Haeuser der die und Wohnung Wohnungen Fahrrad",
    "pt": "habitação habitações habitacao orçamento participativo São água agua cidade cidades da de e",
    "ru": "бюджет бюджета бюджеты город города жильё жилье и в Ёлка улица улицы",
    "zh": "参与式预算 预算 参与 住房 住房政策 2020年 東京2020 城市 市",
    "ar": "ميزانية الميزانية ميزانيات سكن السكن مُدُن مدن في المدينة",
    "ko": "주민 참여 예산 주민참여예산 주택 도시",
}
ANYWHERE = "Zürich Zurich Zuerich OECD 2020 COVID-19 Wien Porto Straße budget 3D Ærø naïve"
ENDINGS = [" ", " ", " ", " ", ", ", ". ", " – ", "\n", " **", ": "]
TAGS = "Bicis", "Öffentlicher Raum", "budget", "參與", "Zürich West", "co-housing", "agua"
CITIES = (  # slug, name, country, latitude, longitude, people, names
    ("zurich", "Zürich", "CH", 47.37, 8.54, 430_000, {"fr": "Zurich", "es": "Zúrich", "it": "Zurigo"}),
    ("santiago-de-chile", "Santiago de Chile", "CL", -33.45, -70.66, 6_200_000, {"de": "Santiago"}),
    ("suva", "Suva", "FJ", -18.14, 178.44, 93_000, {}),
    ("lima", "Lima", "PE", None, None, None, {"ru": "Лима"}),
)
PEOPLE = {"porto": 230_000, "wien": 1_900_000}
LANGUAGES = ("en", "en", "fr", "es", "de", "de", "pt", "pt-BR", "ru", "zh", "zh-Hant", "ar", "ko")
SYNONYMS = "city café", "Häuser", "agua", "参与", "Zuerich", "logements sociaux", "бюджет", "planned budget"
SEEN = ("unlisted", "archived", "tombstone")
SAME_MOMENT = 5  # of so many cases one is as old as the case before


class Network:
    """Each verb wants an app context and commits; the index hears of it by `hear`."""

    def __init__(self, seed, size):
        self.chance = random.Random(seed)
        self.cities = [*cast.CITIES, *map(settle, CITIES)]
        for slug in self.cities:
            cast.person(slug, city=slug)
        cast.bruno()
        for slug, people in PEOPLE.items():
            cast.find_city(slug).population = people
        self.topics = list(taxonomy.topics())
        self.before, self.lines = None, []
        self.told = [self.tell() for _ in range(size)]

    # What happens

    def tell(self, language=None, **more):
        city = self.chance.choice(self.cities)
        title, language = self.title(), language or self.chance.choice(LANGUAGES)
        said = {**self.answers("en" if more else language), **more}
        by, bruno = person(city), person("bruno")
        practice = cast.published(by, bruno, title, city=city, language=language, **said)
        if self.chance.random() < 0.1:
            practice.city, practice.country = None, "PE"
        if self.before and self.chance.random() < 1 / SAME_MOMENT:
            practice.published_at = self.before
        self.before = practice.published_at
        practice.times_taken_up = self.chance.choice((0, 0, 0, 1, 2, 7))
        db.session.commit()
        return practice.public_id

    def renew(self, public_id):
        """A new text takes the place of the public one, where a city tells it."""
        older = practices.public_revision(practices.find(public_id))
        if older.practice.city is None:
            return
        by, bruno = older.created_by, person("bruno")
        draft = practices.next_draft(older, by)
        draft.language = self.chance.choice(LANGUAGES)
        practices.write(draft, {"title": self.title(), **self.answers(draft.language)}, {})
        review = moderation.submit(draft, by)
        moderation.take(review, bruno)
        moderation.decide(review, "approve", bruno, design="trial", independence="own")
        db.session.commit()

    def translate(self, public_id):
        """Somebody of its city says it in another language, or says some of it anew."""
        revision = practices.public_revision(practices.find(public_id))
        if revision.practice.city is None:
            return
        language = self.chance.choice(translating.languages_for(revision))
        units = translating.units(revision)
        some = self.chance.sample(units, self.chance.randint(0, len(units)))
        told = {unit.key: self.text(language, 1, 12) for unit in some}
        told |= {key: self.text(language, 2, 5) for key in translating.FIRST}
        texts = {key.replace(".", "__"): text for key, text in told.items()}
        cast.translated(revision.practice, revision.created_by, person("bruno"), language, **texts)
        db.session.commit()

    def withdraw(self, public_id):
        self.show(public_id, self.chance.choice(SEEN))

    def show(self, public_id, visibility):
        practices.show(practices.find(public_id), visibility, person("bruno"), "asked for")
        db.session.commit()

    def fall_silent(self, public_id):
        """Nobody has confirmed it for long; or, the next time, somebody has."""
        practice = practices.find(public_id)
        practice.silent_since = None if practice.silent_since else practice.published_at
        journal.tell("fall silent", subject=practices.subject(practice))
        db.session.commit()

    def learn(self):
        """Moderators add a synonym, or take one away."""
        known, facet = taxonomy.synonyms(), self.chance.choice(("topic", "country", "tag"))
        if known and self.chance.random() < 0.5:
            taxonomy.remove_synonym(self.chance.choice(known), person("bruno"))
        else:
            value = {"topic": self.chance.choice(self.topics), "country": "CH", "tag": "budget"}[facet]
            text, language = self.chance.choice(SYNONYMS), self.chance.choice(("", "en", "de", "pt"))
            with suppress(taxonomy.SynonymRefused):
                taxonomy.add_synonym(facet, value, text, language, person("bruno"), means_both=True)
        db.session.commit()

    def hear(self):
        """The index hears of it: in one commit, or of each case in one of its own."""
        if self.chance.random() < 0.5:
            for news in db.session.scalars(select(News)).all():
                indexing.refresh(news.payload)
        indexing.refresh_waiting(reactions.SHOWN)
        indexing.renew_names()
        db.session.execute(delete(News))
        db.session.commit()

    def public(self):
        return [(one.public_id, revision) for one, revision in db.session.execute(practices.public())]

    def some(self, most, shown=True):
        """A few of the cases that are public, or of those that were taken down."""
        public = [one for one in self.told if (practices.find(one).visibility == "public") == shown]
        return self.chance.sample(public, min(len(public), self.chance.randint(1, most)))

    # What is said

    def title(self):
        return self.text(self.chance.choice(LANGUAGES), 2, 5)

    def answers(self, language):
        chance = self.chance
        said = dict(
            summary=self.text(language, 3, 10),
            solution=self.text(language, 5, 40),
            challenge=self.text(language, 1, 8),
            topics=chance.sample(self.topics, chance.randint(1, 2)),
            stage=chance.choice(list(schema.STAGES)),
            start=f"{chance.randint(2008, 2013)}-0{chance.randint(1, 9)}",
            tags=chance.sample(TAGS, chance.randint(0, 2)) or None,
            sdgs=[{"goal": chance.choice((6, 11, 13)), "target": "", "why": self.text(language, 1, 3)}],
        )
        if chance.random() < 0.3:
            place = {
                "label": "Depot",
                "lat": str(chance.randint(-60, 60)),
                "lon": str(chance.randint(-179, 179)),
            }
            said["location"] = [place]
        return said

    def text(self, language, fewest, most):
        own = WORDS[language.split("-")[0]].split()
        words = [
            self.chance.choice(own if self.chance.random() < 0.8 else ANYWHERE.split())
            for _ in range(self.chance.randint(fewest, most))
        ]
        ending = ["", *ENDINGS] if language.startswith("zh") else ENDINGS
        text = "".join(word + self.chance.choice(ending) for word in words).strip(" \n*,:–")
        self.lines += text.splitlines()
        return text


def settle(row):
    slug, name, country, lat, lon, people, names = row
    city = City(slug=slug, name=name, country=country, lat=lat, lon=lon, population=people, names=names)
    db.session.add(city)
    db.session.flush()
    return slug


def person(name):
    return accounts.find_user(f"{name}@cast.example")
