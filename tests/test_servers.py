import pytest

from tests import servers


def test_a_server_that_is_not_there_fails_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "POSTGRES", "postgresql://root@127.0.0.1:9/postgres")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="PostgreSQL"):
        servers.own_database().__enter__()


def test_a_server_that_is_not_there_is_skipped_on_a_laptop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "POSTGRES", "postgresql://root@127.0.0.1:9/postgres")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="PostgreSQL"):
        servers.own_database().__enter__()
