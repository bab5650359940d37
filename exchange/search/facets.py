"""Filters and counts over numbered cases: a bit matrix for facets of few values, pairs for the others."""

import numpy as np

MOST_ROWS = 400  # values of a facet that is kept as a matrix


class Facets:
    """The values of every case; `pairs` is facet → (values, cases, numbers of values), cases ascending."""

    def __init__(self, pairs, size):
        self.size = size
        self.facets = {
            name: make(values, cases, numbers, size) for name, (values, cases, numbers) in pairs.items()
        }

    def having(self, name, value):
        """A mask of the cases that have this value."""
        facet = self.facets.get(name)
        return facet.having([value]) if facet else np.zeros(self.size, bool)

    def narrow(self, found, filters, leaving=None):
        """The mask of those of `found` that fulfil every filter but the one of the facet `leaving`."""
        for name, values in filters.items():
            if name != leaving:
                facet = self.facets.get(name)
                found = found & facet.having(values) if facet else np.zeros(self.size, bool)
        return found

    def counts(self, found, filters):
        """Facet → {value: cases}; a facet's own filter does not shrink its own counts.

        Values that nobody has are left out, unless they are filtered by.
        """
        all_of_it = self.narrow(found, filters)
        counted = {}
        for name in {**self.facets, **filters}:
            among = self.narrow(found, filters, leaving=name) if name in filters else all_of_it
            counted[name] = self.facets[name].counts(among) if name in self.facets else {}
            for value in filters.get(name, ()):
                counted[name].setdefault(value, 0)
        return counted

    def without(self, found, everything, filters, has_words):
        """What could be dropped → how many cases there would be then, where there would be some.

        A facet's name, 'filters' for all of them, 'q' for the words.
        """
        totals = {name: int(self.narrow(found, filters, leaving=name).sum()) for name in filters}
        if len(filters) > 1:
            totals["filters"] = int(found.sum())
        if has_words and filters:
            totals["q"] = int(self.narrow(everything, filters).sum())
        return {name: total for name, total in totals.items() if total}


def of_rows(rows):
    """Facets of `rows`, dictionaries facet → values in the order of the case numbers."""
    pairs = {}
    for number, row in enumerate(rows):
        for name, values in row.items():
            known, cases, numbers = pairs.setdefault(name, ({}, [], []))
            for value in values:
                cases.append(number)
                numbers.append(known.setdefault(value, len(known)))
    arrays = {
        name: (list(known), np.array(cases, np.int64), np.array(numbers, np.int64))
        for name, (known, cases, numbers) in pairs.items()
    }
    return Facets(arrays, len(rows))


def make(values, cases, numbers, size):
    return (Matrix if len(values) <= MOST_ROWS else Pairs)(values, cases, numbers, size)


class Matrix:
    """A row of bits for each value, a bit for each case."""

    def __init__(self, values, cases, numbers, size):
        self.values, self.size = values, size
        self.number = {value: number for number, value in enumerate(values)}
        words = -(-size // 64)
        bits = np.zeros((len(values), words * 64), np.uint8)
        bits[numbers, cases] = 1
        self.rows = np.packbits(bits, axis=1, bitorder="little").view(np.uint64)

    def having(self, values):
        rows = [self.rows[self.number[value]] for value in values if value in self.number]
        if not rows:
            return np.zeros(self.size, bool)
        either = np.bitwise_or.reduce(rows)
        return np.unpackbits(either.view(np.uint8), count=self.size, bitorder="little").view(bool)

    def counts(self, found):
        packed = np.zeros(self.rows.shape[1] * 8, np.uint8)
        bits = np.packbits(found, bitorder="little")
        packed[: len(bits)] = bits
        totals = np.bitwise_count(self.rows & packed.view(np.uint64)).sum(axis=1, dtype=np.int64)
        return {self.values[n]: int(totals[n]) for n in np.flatnonzero(totals)}


class Pairs:
    """Facets of thousands of values, of which a case has few: (case, value) pairs, by case and by value."""

    def __init__(self, values, cases, numbers, size):
        self.values, self.size = values, size
        self.number = {value: number for number, value in enumerate(values)}
        self.cases, self.numbers = cases, numbers
        order = np.argsort(numbers, kind="stable")
        self.by_value = cases[order]
        self.ends = np.cumsum(np.bincount(numbers, minlength=len(values)))

    def having(self, values):
        mask = np.zeros(self.size, bool)
        for value in values:
            number = self.number.get(value)
            if number is not None:
                start = self.ends[number - 1] if number else 0
                mask[self.by_value[start : self.ends[number]]] = True
        return mask

    def counts(self, found):
        totals = np.bincount(self.numbers[found[self.cases]], minlength=len(self.values))
        return {self.values[n]: int(totals[n]) for n in np.flatnonzero(totals)}
