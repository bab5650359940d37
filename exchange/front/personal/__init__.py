"""What is stored about a person: one list of every table that names somebody, and three things done by it.

`tables` is the list; by it `exporting` gives a person everything that is theirs, `forgetting` removes or
empties it when they leave, and `sweeping` does by the clock what the settings EXCHANGE_KEEP_… promise.
"""
