"""Filters and counts over numbered cases: bits for facets of few values, (case, value) pairs for all.

Many cases are counted by their bits, a few by their pairs.
"""

from functools import cached_property

import numpy as np

MOST_ROWS = 400  # values of a facet that is kept as bits
FEW = 12  # a twelfth of the cases and less are counted by their pairs


class Facets:
    """The values of every case; `pairs` is facet → (values, cases, numbers of values), cases ascending."""

    def __init__(self, pairs, size):
        self.size = size
        few = {name: one for name, one in pairs.items() if len(one[0]) <= MOST_ROWS}
        self.matrix = Matrix(few, size)
        self.facets = {
            name: Rows(self.matrix, name, *one) if name in few else Pairs(*one, size)
            for name, one in pairs.items()
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
        few = few_of(all_of_it)
        totals = self.matrix.totals(all_of_it) if few is None else None
        counted = {}
        for name in {**self.facets, **filters}:
            facet = self.facets.get(name)
            if name in filters:
                among = self.narrow(found, filters, leaving=name)
                counted[name] = facet.counts(among, few_of(among)) if facet else {}
            else:
                counted[name] = facet.counts(all_of_it, few, totals)
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


class Matrix:
    """A row of bits for each value of some facets, a bit for each case: counted all at once."""

    def __init__(self, pairs, size):
        self.size, self.start, self.values = size, {}, {}
        for name, (values, _, _) in pairs.items():
            self.start[name] = sum(map(len, self.values.values()))
            self.values[name] = values
        bits = np.zeros((sum(map(len, self.values.values())), -(-size // 64) * 64), np.uint8)
        for name, (_, cases, numbers) in pairs.items():
            bits[numbers + self.start[name], cases] = 1
        self.rows = np.packbits(bits, axis=1, bitorder="little").view(np.uint64)

    def totals(self, found):
        """How many of the found cases have each value, in the order of the rows."""
        packed = np.zeros(self.rows.shape[1] * 8, np.uint8)
        bits = np.packbits(found, bitorder="little")
        packed[: len(bits)] = bits
        return np.bitwise_count(self.rows & packed.view(np.uint64)).sum(axis=1, dtype=np.int64)


class Pairs:
    """One facet as (case, value) pairs, by case and by value."""

    def __init__(self, values, cases, numbers, size):
        self.values, self.size = values, size
        self.number = {value: number for number, value in enumerate(values)}
        self.cases, self.numbers = cases, numbers
        self.first = np.searchsorted(cases, np.arange(size + 1))

    @cached_property
    def by_value(self):
        """The cases by their values, and where those of each value end."""
        order = np.argsort(self.numbers, kind="stable")
        return self.cases[order], np.cumsum(np.bincount(self.numbers, minlength=len(self.values)))

    def having(self, values):
        mask, (cases, ends) = np.zeros(self.size, bool), self.by_value
        for value in values:
            number = self.number.get(value)
            if number is not None:
                mask[cases[ends[number - 1] if number else 0 : ends[number]]] = True
        return mask

    def counts(self, found, few=None, _=None):
        """Value → cases; `few` are the numbers of the found cases, where they are few."""
        numbers = self.numbers[found[self.cases]] if few is None else self.of(few)
        totals = np.bincount(numbers, minlength=len(self.values))
        return {self.values[n]: int(totals[n]) for n in np.flatnonzero(totals)}

    def of(self, cases):
        """The numbers of the values of these cases."""
        starts = self.first[cases]
        lengths = self.first[cases + 1] - starts
        return self.numbers[
            np.repeat(starts - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
        ]


class Rows(Pairs):
    """One facet that is also a part of the matrix."""

    def __init__(self, matrix, name, values, cases, numbers):
        super().__init__(values, cases, numbers, matrix.size)
        self.matrix, self.start = matrix, matrix.start[name]

    def having(self, values):
        rows = [self.matrix.rows[self.start + self.number[value]] for value in values if value in self.number]
        if not rows:
            return np.zeros(self.size, bool)
        either = np.bitwise_or.reduce(rows)
        return np.unpackbits(either.view(np.uint8), count=self.size, bitorder="little").view(bool)

    def counts(self, found, few=None, totals=None):
        """Value → cases; `totals` are those of the whole matrix, where they are known."""
        if few is not None:
            return super().counts(found, few)
        totals = self.matrix.totals(found) if totals is None else totals
        mine = totals[self.start : self.start + len(self.values)].tolist()
        return {value: total for value, total in zip(self.values, mine, strict=True) if total}


def few_of(found):
    """The numbers of the found cases when they are few, else None."""
    return np.flatnonzero(found) if np.count_nonzero(found) * FEW <= len(found) else None
