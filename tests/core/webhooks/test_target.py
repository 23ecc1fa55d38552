import base64

import pytest

from liptune.core.errors import WebhookRefused
from liptune.core.webhooks.target import check_secret, check_url


def secret(size: int) -> str:
    return "whsec_" + base64.b64encode(bytes(size)).decode()


@pytest.mark.parametrize(
    "url", ["https://example.com/x?y=1", "https://93.184.216.34:8443/", "https://münchen.de/"]
)
def test_where_a_webhook_may_go(url: str) -> None:
    assert check_url(url, allow_internal=False).startswith("https://")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "https://",
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://user:word@example.com/",
        "https://example.com/#x",
        "https://localhost/",
        "https://api.localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://example.com/" + "x" * 2048,
        "https://exa mple.com/",
        "https://example.com:99999/",
    ],
)
def test_where_it_may_not(url: str) -> None:
    with pytest.raises(WebhookRefused):
        check_url(url, allow_internal=False)


@pytest.mark.parametrize("url", ["http://localhost:8080/x", "http://10.0.0.1/", "https://[::1]/"])
def test_an_operator_may_let_it_in(url: str) -> None:
    assert check_url(url, allow_internal=True) == url


@pytest.mark.parametrize("size", [24, 32, 64])
def test_a_secret(size: int) -> None:
    assert check_secret(secret(size)) == secret(size)


@pytest.mark.parametrize("given", ["", "whsec_", secret(23), secret(65), secret(32)[6:], "whsec_" + "?" * 40])
def test_a_secret_that_is_none_is_not_repeated(given: str) -> None:
    with pytest.raises(WebhookRefused) as refused:
        check_secret(given)
    assert len(given) < 10 or given not in str(refused.value)
