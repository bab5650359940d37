"""Filters and counts over numbered cases: bits for facets of few values, (case, value) pairs for all.

Many cases are counted by their bits, a few by their pairs, all facets at once.
"""

from functools import cached_property

import numpy as np

MOST_ROWS = 400  # values of a facet that is kept as bits
FEW = 6  # a sixth of the cases and less are counted by their pairs


class Facets:
    """The values of every case; `pairs` is facet → (values, cases, numbers of values), cases ascending.

    The values of all facets are numbered through: those that are kept as bits first.
    """

    def __init__(self, pairs, size):
        self.size = size
        few = {name: one for name, one in pairs.items() if len(one[0]) <= MOST_ROWS}
        many = {name: one for name, one in pairs.items() if name not in few}
        self.matrix = Matrix(few, size)
        self.facets = {name: Rows(self.matrix, name, *one) for name, one in few.items()}
        self.facets |= {name: Pairs(*one, size) for name, one in many.items()}
        self.ends = np.cumsum([len(facet.values) for facet in self.facets.values()]).tolist()
        self.all = Together(list(self.facets.values()), size)

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
        counted = self.told(self.totals(self.narrow(found, filters)))
        for name, values in filters.items():
            among = self.told(self.totals(self.narrow(found, filters, leaving=name)))
            counted[name] = {**dict.fromkeys(values, 0), **among.get(name, {})}
        return counted

    def totals(self, found):
        """How many of the found cases have each value, in the order of the numbers."""
        if np.count_nonzero(found) * FEW <= self.size:
            return np.bincount(self.all.of(found.nonzero()[0]), minlength=len(self.all.values))
        wide = [facet.totals(found) for facet in self.facets.values() if not isinstance(facet, Rows)]
        return np.concatenate([self.matrix.totals(found), *wide])

    def told(self, totals):
        """Facet → {value: cases} of what was counted."""
        some = totals.nonzero()[0]
        values, counts = self.all.values[some].tolist(), totals[some].tolist()
        counted, start = {}, 0
        for name, end in zip(self.facets, some.searchsorted(self.ends).tolist(), strict=True):
            counted[name] = dict(zip(values[start:end], counts[start:end], strict=True))
            start = end
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
        self.size, self.start, rows = size, {}, 0
        for name, (values, _, _) in pairs.items():
            self.start[name], rows = rows, rows + len(values)
        bits = np.zeros((rows, -(-size // 64) * 64), np.uint8)
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

    def totals(self, found):
        """How many of the found cases have each value."""
        return np.bincount(self.numbers[found[self.cases]], minlength=len(self.values))


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


class Together:
    """All values of all facets by case, the values numbered through."""

    def __init__(self, facets, size):
        self.values = np.empty(sum(len(facet.values) for facet in facets), object)
        self.values[:] = [value for facet in facets for value in facet.values]
        lengths = [np.bincount(facet.cases, minlength=size) for facet in facets]
        self.first = np.concatenate([[0], np.sum(lengths, axis=0, dtype=np.int64).cumsum()])
        self.numbers = np.empty(self.first[-1], np.int32)
        free, start = self.first[:-1].copy(), 0  # the next place of each case; the facet's first number
        for facet, many in zip(facets, lengths, strict=True):
            before = many.cumsum() - many
            self.numbers[(free - before)[facet.cases] + np.arange(len(facet.cases))] = facet.numbers + start
            free, start = free + many, start + len(facet.values)

    def of(self, cases):
        """The numbers of all values of these cases."""
        starts = self.first[cases]
        lengths = self.first[cases + 1] - starts
        ends = lengths.cumsum()
        total = int(ends[-1]) if len(ends) else 0
        return self.numbers[np.repeat(starts - (ends - lengths), lengths) + np.arange(total)]
