"""Filters and counts over numbered cases: a bit matrix for facets of few values, pairs for the others."""

import numpy as np

MOST_ROWS = 400  # values of a facet that is kept as a matrix


class Facets:
    """The values of every case; `pairs` is facet → (values, cases, numbers of values), cases ascending."""

    def __init__(self, pairs, size):
        self.size = size
        few = {name: one for name, one in pairs.items() if len(one[0]) <= MOST_ROWS}
        self.matrix = Matrix(few, size)
        self.facets = {
            name: Rows(self.matrix, name) if name in few else Pairs(*one, size) for name, one in pairs.items()
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
        totals = self.matrix.totals(all_of_it)
        counted = {}
        for name in {**self.facets, **filters}:
            facet = self.facets.get(name)
            if name in filters:
                among = self.narrow(found, filters, leaving=name)
                counted[name] = facet.counts(among) if facet else {}
            else:
                counted[name] = facet.counts(all_of_it, totals)
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


class Rows:
    """One facet's part of the matrix."""

    def __init__(self, matrix, name):
        self.matrix, self.values, self.start = matrix, matrix.values[name], matrix.start[name]
        self.number = {value: number + self.start for number, value in enumerate(self.values)}

    def having(self, values):
        rows = [self.matrix.rows[self.number[value]] for value in values if value in self.number]
        if not rows:
            return np.zeros(self.matrix.size, bool)
        either = np.bitwise_or.reduce(rows)
        return np.unpackbits(either.view(np.uint8), count=self.matrix.size, bitorder="little").view(bool)

    def counts(self, found, totals=None):
        """Value → cases; `totals` are those of the whole matrix, where they are known."""
        totals = self.matrix.totals(found) if totals is None else totals
        mine = totals[self.start : self.start + len(self.values)].tolist()
        return {value: total for value, total in zip(self.values, mine, strict=True) if total}


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

    def counts(self, found, _=None):
        totals = np.bincount(self.numbers[found[self.cases]], minlength=len(self.values))
        return {self.values[n]: int(totals[n]) for n in np.flatnonzero(totals)}
