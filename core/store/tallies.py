"""Sums that are known without counting every row: jobs by status, bytes in storage.

The database's triggers write each change as a row of its own, so that two that add at once do not wait for
each other; from time to time the rows are folded into one.
"""

from collections import Counter

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from liptune.core.store.database.models import Tally

JOBS = "jobs"
"""By operation and status, with a slash between."""
BYTES = "bytes"
"""By what they are: media, artifacts, uploads."""

FOLDED_AT_ONCE = 1000


class TallyRepository:
    """The SQL of tallies. The caller commits."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def totals(self, name: str) -> dict[str, int]:
        """What has come of all changes, by label."""
        query = select(Tally.label, func.sum(Tally.amount)).where(Tally.name == name).group_by(Tally.label)
        return {label: int(amount) for label, amount in self.session.execute(query)}

    def fold(self) -> int:
        """Puts one row in the place of many; returns by how many there are fewer now."""
        oldest = select(Tally).order_by(Tally.id).limit(FOLDED_AT_ONCE).with_for_update(skip_locked=True)
        found = self.session.scalars(oldest).all()
        sums: Counter[tuple[str, str]] = Counter()
        for each in found:
            sums[each.name, each.label] += each.amount
        made = [
            Tally(name=name, label=label, amount=amount) for (name, label), amount in sums.items() if amount
        ]
        if len(made) < len(found):
            self.session.execute(delete(Tally).where(Tally.id.in_([each.id for each in found])))
            self.session.add_all(made)
        return len(found) - len(made)
