"""Who took up what from whom: records of both sides, the family of a practice, whether it would work here."""
