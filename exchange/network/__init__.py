"""The network around the cases: who belongs to it, what is on, what is asked, and who took up what.

May import core, accounts, taxonomy, practices, search. Each layer has the same subjects: `members` (offices,
positions), `partners`, `people`, `dates` (events, news), `talk` (challenges, questions), `ledger` (transfers,
likeness), `kept` (collections, follows, comparison), `figures`.
"""
