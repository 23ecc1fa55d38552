import subprocess
import sys

HEAVY = ("torch", "cv2", "dlib", "librosa", "scipy", "matplotlib", "worker")


def test_the_api_loads_nothing_heavy() -> None:
    code = f"import sys, api.app; api.app.create_app(); print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_worker_does_not_load_the_api() -> None:
    code = "import sys, worker.app; print([m for m in ('api', 'fastapi', 'torch') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
