"""Filters and counts over numbered cases: one long number per value, with a bit for each case that has it."""


class Facets:
    """The values of every case; `rows` are dictionaries facet → values, in the order of the case numbers."""

    def __init__(self, rows):
        self.size = len(rows)
        members = {}
        for number, row in enumerate(rows):
            for name, values in row.items():
                for value in values:
                    members.setdefault(name, {}).setdefault(value, []).append(number)
        self.bits = {
            name: {value: bits_of(numbers, self.size) for value, numbers in values.items()}
            for name, values in members.items()
        }

    def narrow(self, found, filters, leaving=None):
        """The bits of `found` that fulfil every filter but the one of the facet `leaving`."""
        for name, values in filters.items():
            if name != leaving:
                known = self.bits.get(name, {})
                allowed = 0
                for value in values:
                    allowed |= known.get(value, 0)
                found &= allowed
        return found

    def counts(self, found, filters):
        """Facet → {value: cases}; a facet's own filter does not shrink its own counts.

        Values that nobody has are left out, unless they are filtered by.
        """
        counted = {}
        for name in {**self.bits, **filters}:
            among = self.narrow(found, filters, leaving=name)
            values = {value: (bits & among).bit_count() for value, bits in self.bits.get(name, {}).items()}
            chosen = filters.get(name, ())
            counted[name] = {value: count for value, count in values.items() if count or value in chosen}
            counted[name].update((value, 0) for value in chosen if value not in counted[name])
        return counted

    def without(self, found, everything, filters, has_words):
        """What could be dropped → how many cases there would be then, where there would be some.

        A facet's name, 'filters' for all of them, 'q' for the words.
        """
        totals = {name: self.narrow(found, filters, leaving=name).bit_count() for name in filters}
        if len(filters) > 1:
            totals["filters"] = found.bit_count()
        if has_words and filters:
            totals["q"] = self.narrow(everything, filters).bit_count()
        return {name: total for name, total in totals.items() if total}


def bits_of(numbers, size):
    """A number whose bit n is set for each n of `numbers`."""
    bits = bytearray(size // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def numbers_of(bits):
    """The numbers whose bits are set, ascending."""
    return [
        place * 8 + bit
        for place, byte in enumerate(bits.to_bytes((bits.bit_length() + 7) // 8, "little"))
        if byte
        for bit in range(8)
        if byte >> bit & 1
    ]
