import pytest

from api.app import create_app
from api.settings import Settings, is_loopback
from graph.errors import BadUsage
from graph.workspace import Workspace


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_PORT", "9000")
    monkeypatch.setenv("HEADWATER_NEO4J_PASSWORD", "a secret")
    monkeypatch.setenv("HEADWATER_MAX_DEPTH", "7")
    settings = Settings()
    assert settings.port == 9000
    assert settings.limits.depth == 7
    assert settings.neo4j_password.get_secret_value() == "a secret"


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_NEO4J_PASSWORD", "a secret")
    settings = Settings()
    assert "a secret" not in f"{settings} {settings!r} {settings.model_dump_json()}"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_loopback_is_known_in_all_its_forms(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.org", "", "localhost.evil"])
def test_without_a_login_nothing_but_loopback_is_served(host: str) -> None:
    with pytest.raises(BadUsage, match="nobody has to log in"):
        create_app(Workspace.in_memory(), Settings(host=host))
