"""Settings: read once, refused with a sentence when they make no sense."""

import stat

import pytest

from exchange import config


def load(tmp_path, **environ):
    return config.load({f"EXCHANGE_{name.upper()}": value for name, value in environ.items()}, tmp_path)


def test_an_installation_without_any_setting_works_on_loopback(tmp_path):
    settings = load(tmp_path)
    assert settings.on_loopback
    assert settings.database_url == f"sqlite:///{tmp_path / 'exchange.sqlite'}"


def test_the_secret_is_made_once_kept_and_readable_by_its_owner_alone(tmp_path):
    first, second = load(tmp_path).secret_key, load(tmp_path).secret_key
    assert first == second and len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_the_environment_speaks_before_the_file(tmp_path):
    (tmp_path / "config.py").write_text("SITE_NAME = 'From the file'\nWEB_PROCESSES = 3\n")
    assert load(tmp_path).site_name == "From the file"
    assert load(tmp_path).web_processes == 3
    assert load(tmp_path, site_name="From the environment").site_name == "From the environment"


@pytest.mark.parametrize(
    "name,value",
    [
        ("base_url", "exchange.example"),
        ("base_url", "ftp://exchange.example"),
        ("database_url", "mysql://x"),
        ("secret_key", "short"),
        ("mail_url", "http://mail"),
        ("mail_from", "nobody"),
        ("web_processes", "many"),
        ("web_processes", "0"),
        ("trusted_proxies", "-1"),
        ("tell_city_days", "-1"),
        ("confirm_link_days", "0"),
        ("clearance_days", "soon"),
        ("claim_days", "2"),
    ],
)
def test_nonsense_is_refused_by_the_name_of_its_setting(tmp_path, name, value):
    with pytest.raises(config.BadSetting, match=f"EXCHANGE_{name.upper()}"):
        load(tmp_path, **{name: value})


def test_a_broken_config_file_is_named(tmp_path):
    (tmp_path / "config.py").write_text("SITE_NAME = \n")
    with pytest.raises(config.BadSetting, match="config.py"):
        load(tmp_path)
