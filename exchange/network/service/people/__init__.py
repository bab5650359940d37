"""People: what they tell of themselves, whom they help, what they write to each other."""
