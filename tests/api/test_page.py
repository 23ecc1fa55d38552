import re
import tomllib
from datetime import timedelta
from fnmatch import fnmatch
from pathlib import Path

from liptune.api.page.routes import content_security_policy
from liptune.core.settings import Settings
from tests.api.conftest import Service

ROOT = Path(__file__).parents[2]
ASSETS = [
    path.relative_to(folder).as_posix()
    for folder in (ROOT / "api" / "page" / "static", ROOT / "core" / "report" / "look")
    for path in sorted(folder.rglob("*.*"))
    if path.suffix in {".js", ".css", ".svg"}
]


def test_the_page_allows_no_inline_code_and_no_other_host(service: Service) -> None:
    answer = service.client.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*", policy)
    assert not re.search(
        r"<style|<script(?![^>]* src=)| style=| on\w+=|//", answer.text.replace("<!doctype", "")
    )


def test_media_may_come_from_the_bucket_that_downloads_are_redirected_to() -> None:
    endpoint = "https://media.example.org:9000/path"
    redirecting = Settings(s3_presign=timedelta(minutes=5), s3_public_endpoint=endpoint)
    policy = content_security_policy(redirecting)
    assert "media-src 'self' https://media.example.org:9000;" in policy
    assert "script-src 'self';" in policy
    streaming = Settings(s3_public_endpoint=endpoint)
    assert "media-src 'self';" in content_security_policy(streaming)


def test_every_file_of_the_page_is_served_and_calls_nobody(service: Service) -> None:
    for path in ASSETS:
        answer = service.client.get(f"/page/{path}")
        assert answer.status_code == 200, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        tag = {"If-None-Match": answer.headers["etag"]}
        assert service.client.get(f"/page/{path}", headers=tag).status_code == 304
        if not path.startswith("vendor/"):
            assert set(re.findall(r"https?://([\w.-]+)", answer.text)) <= {"www.w3.org"}, path


def test_what_the_page_does_not_have_is_a_problem_and_no_way_out(service: Service) -> None:
    for path in ("/page/none.js", "/page/..%2f..%2fapp.py", "/page/"):
        answer = service.client.get(path)
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"


def test_the_page_ships_in_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = settings["package-data"]["*"]
    for folder in (ROOT / "api" / "page", ROOT / "core" / "report" / "look"):
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix not in {".py", ".pyc", ".md"}:
                assert any(fnmatch(path.name, pattern) for pattern in patterns), path
