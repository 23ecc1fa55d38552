"""Counters in the database, for metrics that outlive the process that counts."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from liptune.core.store.database.models import Counter

Counts = Mapping[tuple[str, tuple[str, ...]], float]
"""How much is to be added, by a counter's name and the values of its labels."""

Count = tuple[str, tuple[str, ...], float]
"""A counter's name, the values of its labels, and how much it has come to."""

SEPARATOR = "\x1f"


class CounterRepository:
    """The SQL of counters. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, counts: Counts) -> None:
        """Adds to the counters, in an order that all agree on, so that two that add at once do not block."""
        for (name, labels), amount in sorted(counts.items()):
            joined = SEPARATOR.join(labels)
            if not self._increase(name, joined, amount) and not self._begin(name, joined, amount):
                self._increase(name, joined, amount)

    def all(self) -> Sequence[Count]:
        """Returns every counter."""
        return [(row.name, tuple(row.labels.split(SEPARATOR)), row.count) for row in self._rows()]

    def _rows(self) -> Sequence[Counter]:
        return self.session.scalars(select(Counter).order_by(Counter.name, Counter.labels)).all()

    def _increase(self, name: str, labels: str, amount: float) -> bool:
        here = update(Counter).where(Counter.name == name, Counter.labels == labels)
        changed = self.session.execute(here.values(count=Counter.count + amount))
        return changed.rowcount == 1  # type: ignore[attr-defined, no-any-return]

    def _begin(self, name: str, labels: str, amount: float) -> bool:
        try:
            with self.session.begin_nested():
                self.session.execute(insert(Counter).values(name=name, labels=labels, count=amount))
        except IntegrityError:
            return False
        return True
