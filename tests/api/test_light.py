import subprocess
import sys

HEAVY = ("torch", "cv2", "dlib", "librosa", "scipy", "matplotlib", "liptune.worker")


def test_the_api_loads_nothing_heavy() -> None:
    code = (
        f"import sys, liptune.api.app as a; a.create_app(); print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_worker_does_not_load_the_api() -> None:
    heavy = ("liptune.api", "fastapi", "torch")
    code = f"import sys, liptune.worker.app; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
