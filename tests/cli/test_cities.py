"""`exchange cities import`: the secretariat's table of members, from a file to the directory."""

from exchange.accounts.models import City
from exchange.core.models import db
from exchange.network.models.members import CityChange
from exchange.network.service.members import directory
from tests import cast

HEAD = "name,country,lat,lon,member_since,population,population_year,population_source,languages"
LISBOA = "Lisboa,Portugal,38.72,-9.14,1996,545796,2021,https://stat.example/,pt"


def write(shell, *rows, head=HEAD):
    path = shell.folder / "members.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return str(path)


def prepared(shell):
    shell.done("setup", "--email", "cora@exchange.example", "--name", "Cora")
    shell.done("user", "role", "cora@exchange.example", "coordinator")
    return ("--as", "cora@exchange.example")


def told(slug):
    city = cast.find_city(slug)
    return city.name, city.country, city.lat, city.member_since, city.population, city.languages


def test_a_table_of_members_becomes_the_directory_and_the_same_table_again_changes_nothing(shell):
    by = prepared(shell)
    path = write(shell, LISBOA, "Praia,CV,,,,,,,")
    assert shell.done("cities", "import", path, *by) == "2 new, 0 changed, 0 same, 0 refused.\n"
    assert shell.ask(lambda: told("lisboa")) == ("Lisboa", "PT", 38.72, "1996", 545796, ["pt"])
    members = shell.ask(lambda: [one.city.slug for one in directory.find(directory.Wish()).entries])
    assert members == ["lisboa"]
    assert shell.done("cities", "import", path, *by) == "0 new, 0 changed, 2 same, 0 refused.\n"


def test_empty_cells_leave_what_stands_and_each_change_is_on_record(shell):
    by = prepared(shell)
    shell.done("cities", "import", write(shell, LISBOA), *by)
    head = "name,country,name_en,member_until,power_housing"
    path = write(shell, "Lisboa,PT,Lisbon,2020,shared", head=head)
    assert shell.done("cities", "import", path, *by).startswith("0 new, 1 changed")
    assert shell.ask(lambda: told("lisboa"))[3:5] == ("1996", 545796)
    city = shell.ask(lambda: (cast.find_city("lisboa").is_member, cast.find_city("lisboa").names))
    assert city == (False, {"en": "Lisbon"})
    acts = shell.ask(lambda: [one.what for one in db.session.query(CityChange).order_by(CityChange.id)])
    assert acts == ["city added", "profile", "membership", "place", "profile", "membership"]
    assert shell.done("cities", "import", write(shell, "Lisbon,PT", head="name,country"), *by).startswith(
        "0 new, 0 ch"
    )
    assert shell.ask(lambda: told("lisboa"))[0] == "Lisboa"


def test_the_directory_as_the_site_gives_it_can_be_taken_in_again(shell):
    by = prepared(shell)
    shell.done("cities", "import", write(shell, LISBOA), *by)
    given = shell.app().test_client().get("/cities.csv?standing=all").data
    (shell.folder / "given.csv").write_bytes(given)
    assert (
        shell.done("cities", "import", str(shell.folder / "given.csv"), *by)
        == "0 new, 0 changed, 1 same, 0 refused.\n"
    )


def test_a_bad_row_is_told_by_column_and_takes_no_other_with_it(shell):
    by = prepared(shell)
    rows = (
        LISBOA,
        "Porto,Portucale,,,,,,,",
        "Faro,PT,98,1,,,,,",
        "Braga,PT,,,soon,many,2021,a book,Klingonese",
    )
    out = shell.refused("cities", "import", write(shell, *rows), *by).splitlines()
    assert [line.split(":")[0] for line in out[:-1]] == [
        "row 3, column country",
        "row 4, column lat",
        *("row 5, column languages", "row 5, column population"),
    ]
    assert out[-1] == "1 new, 0 changed, 0 same, 3 refused."
    assert shell.ask(lambda: db.session.query(City).count()) == 1


def test_a_dry_run_writes_nothing_and_unknown_columns_are_named(shell):
    by = prepared(shell)
    path = write(shell, "Lisboa,PT,Mayor", head="name,country,mayor")
    out = shell.done("cities", "import", path, *by, "--dry-run").splitlines()
    assert out == [
        "Left out, for no column of ours is called so: mayor.",
        "1 new, 0 changed, 0 same, 0 refused. Dry run: nothing was written.",
    ]
    assert shell.ask(lambda: db.session.query(City).count()) == 0


def test_only_the_secretariat_answers_for_a_table_of_members(shell):
    prepared(shell)
    shell.done("user", "add", "omar@exchange.example", "Omar")
    out = shell.refused("cities", "import", write(shell, LISBOA), "--as", "omar@exchange.example")
    assert out == "Error: omar@exchange.example is no coordinator."
