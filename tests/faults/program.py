"""``liptune``, with the tests' small operation beside its own."""

import tests.worker.register  # noqa: F401
from liptune.cli.main import main

if __name__ == "__main__":
    main()
