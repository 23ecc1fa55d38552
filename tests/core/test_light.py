import subprocess
import sys


def test_the_bundled_engine_and_the_analysis_wait_for_no_heavy_import() -> None:
    """Decoding and the search for faces begin while torch loads; librosa, scipy and matplotlib need not."""
    code = (
        "import sys, core.analysis.run; from core.engines.registry import load_engine;"
        "load_engine('lite');"
        "print(sorted({'torch', 'librosa', 'matplotlib', 'scipy'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
