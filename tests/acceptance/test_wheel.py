"""The wheel carries templates, model, data and demo, and works outside the checkout."""

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(item) for item in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_installed_package_runs_the_demo_elsewhere(tmp_path: Path) -> None:
    run(
        sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q",
        "--disable-pip-version-check", "-w", tmp_path, ROOT, cwd=tmp_path,
    )  # fmt: skip
    wheel = next(tmp_path.glob("*.whl"))
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    # The dependencies of the tests are at hand already; the checkout itself is not on the path.
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
    outside = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    lines = "\n".join(dict.fromkeys(outside))
    (site / "dependencies.pth").write_text(lines + "\n")
    run(python, "-m", "pip", "install", "-q", "--no-deps", "--disable-pip-version-check", "--force-reinstall", wheel,
        cwd=tmp_path)  # fmt: skip
    where = run(python, "-c", "import intake_bot; print(intake_bot.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(environment)
    result = json.loads(run(environment / "bin" / "intake-bot", "demo", "--json", cwd=tmp_path))
    assert len(result["mails"]) == 40
    assert result["cases"]
    assert result["letters"]
