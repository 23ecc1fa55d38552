"""What docs/security.md claims of the code as a whole."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from liptune.core.settings import Settings
from liptune.core.store.database.models import Webhook
from liptune.core.store.ids import now
from liptune.core.store.store import Store
from tests.tables import make_tables

ROOT = Path(__file__).parents[1]
PACKAGES = ("api", "worker", "core", "cli", "liptune_client")
CLAIM = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
MODULES = {"dill", "cloudpickle", "shelve", "marshal"}
CALLS = {
    "eval",
    "exec",
    "os.system",
    "os.popen",
    "yaml.load",
    "joblib.load",
    "pickle.load",
    "pickle.loads",
    "pickle.Unpickler",
}


def test_every_claim_has_its_test() -> None:
    claims = CLAIM.findall((ROOT / "docs" / "security.md").read_text())
    assert len(claims) > 40
    for path, name in claims:
        assert f"def {name}(" in (ROOT / path).read_text(), f"{path}::{name}"


def test_nothing_that_is_read_becomes_code() -> None:
    found = [f"{path}: {fault}" for path in sources() for fault in faults(ast.parse(path.read_text()))]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import marshal",
        "pickle.loads(message)",
        "from pickle import loads",
        "from dill import load",
        "eval(x)",
        "subprocess.run(x, shell=True)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "numpy.load(path, allow_pickle=True)",
        "httpx.get(url, verify=False)",
        "yaml.load(text)",
    ],
)
def test_what_would_be_found(code: str) -> None:
    assert list(faults(ast.parse(code)))


def test_errors_of_the_database_do_not_repeat_what_was_to_be_kept(tmp_path: Path) -> None:
    store = Store.open(Settings(data=tmp_path))
    make_tables(store.database)
    webhook = Webhook(id="x", job_id="none", url="u", secret="a-secret", created_at=now(), due_at=now())
    with pytest.raises(IntegrityError) as refused, store.database.writing() as session:
        session.add(webhook)
    store.close()
    assert "a-secret" not in str(refused.value)


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def faults(tree: ast.AST) -> Iterator[str]:
    """What in the code could run what was read."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names if alias.name.split(".")[0] in MODULES)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (
                    module for alias in names if f"{module}.{alias.name}" in CALLS or module in MODULES
                )
            case ast.Call(func=func, keywords=keywords):
                yield from call_faults(
                    ast.unparse(func), {one.arg: ast.unparse(one.value) for one in keywords}
                )


def call_faults(name: str, given: dict[str | None, str]) -> Iterator[str]:
    if name in CALLS:
        yield name
    if name == "torch.load" and given.get("weights_only") != "True":
        yield name
    for option, value in (("shell", "True"), ("allow_pickle", "True"), ("verify", "False")):
        if given.get(option) == value:
            yield f"{name}({option}={value})"
