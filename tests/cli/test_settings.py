import re
import subprocess
import sys
from pathlib import Path

from liptune.cli.settings import table
from liptune.core.settings import Settings

ROOT = Path(__file__).parents[2]
CLIENTS_OWN = {"LIPTUNE_API_KEY", "LIPTUNE_SERVER"}
PLACES = (
    "README.md",
    "docs/api.md",
    "docs/production.md",
    "docs/security.md",
    "docker-compose.yml",
    "docker/Dockerfile",
    "docker/example.env",
)


def test_the_table_in_the_docs_is_what_the_command_prints() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "liptune.cli.main", "settings"], capture_output=True, text=True, check=True
    )
    assert (ROOT / "docs" / "settings.md").read_text() == printed.stdout, (
        "make it again: liptune settings > docs/settings.md"
    )


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_defaults_in_the_table_are_values_that_the_settings_take() -> None:
    rows = re.findall(r"\| `LIPTUNE_(\w+)` \| `([^`]+)` \|", table())
    assert len(rows) > 20
    given = {name.lower(): value for name, value in rows}
    assert Settings(**given) == Settings()


def test_variables_that_are_documented_elsewhere_exist() -> None:
    known = {f"LIPTUNE_{name.upper()}" for name in Settings.model_fields} | CLIENTS_OWN
    for place in PLACES:
        named = set(re.findall(r"LIPTUNE_[A-Z0-9_]+", (ROOT / place).read_text()))
        assert named <= known, place


def test_secrets_are_not_in_what_the_settings_show() -> None:
    secret = Settings(
        database_url="postgresql://u:hidden@h/d", broker_url="redis://:hidden@h", s3_secret_key="hidden",
        api_keys="hidden",
    )  # fmt: skip
    assert "hidden" not in repr(secret)
    assert "hidden" not in str(secret)
