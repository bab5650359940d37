"""`exchange rates`: an admin's table, from a file to the case page."""

from exchange.taxonomy import service as taxonomy

GOOD = b"currency,year,per_euro,source\nSEK,2006,9.2544,European Central Bank\n"


def write(shell, data):
    path = shell.folder / "rates.csv"
    path.write_bytes(data)
    return str(path)


def test_rates_come_from_a_file_and_are_listed(shell):
    assert "There are no rates" in shell.done("rates", "list")
    assert shell.done("rates", "import", write(shell, GOOD)) == "1 new, 0 changed, 0 same, 0 refused.\n"
    assert shell.done("rates", "import", write(shell, b"\xef\xbb\xbf" + GOOD)).startswith(
        "0 new, 0 changed, 1"
    )
    assert shell.done("rates", "list") == "SEK 2006  9.2544 per euro  European Central Bank\n"


def test_a_dry_run_checks_every_line_and_writes_nothing(shell):
    told = shell.done("rates", "import", "--dry-run", write(shell, GOOD))
    assert told == "1 new, 0 changed, 0 same, 0 refused. Nothing was written.\n"
    assert shell.ask(taxonomy.all_rates) == []


def test_a_bad_line_is_told_by_its_number_and_the_good_ones_are_kept(shell):
    told = shell.refused("rates", "import", write(shell, GOOD + b"XXQ,2006,1,ECB\n"))
    assert told == "line 3: 'XXQ' is no currency code\n1 new, 0 changed, 0 same, 1 refused."
    assert len(shell.ask(taxonomy.all_rates)) == 1


def test_what_is_no_table_of_rates_is_refused_in_a_sentence(shell):
    for data in (b"", b"\xff\xfe\x00", b"a;b;c\n1;2;3\n", b"PK\x03\x04\x00\x00"):
        assert "This is no file of rates" in shell.refused("rates", "import", write(shell, data)), data
