"""What the demonstration tells of the network: each subject adds its own files, after cities and cases."""


def add_all():
    """In turn; everything they name – cities, cases – is there."""
    from exchange.cli.demonstrated import challenges, collections, dates, profiles, questions

    for subject in (dates, challenges, questions, collections, profiles):
        subject.add()
