"""The README's two commands say in a sentence what is missing on a machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Programs that stand in for a Python: each answers the questions of the Makefile as such a one would.
OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_VENV = '#!/bin/sh\ncase "$2" in *venv*) exit 1 ;; esac\n'


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (OLD, "Punctilio needs Python 3.11 or later. Install it, or name one: make demo PYTHON=python3.12\n"),
        (WITHOUT_VENV, "Install its venv module (on Debian: apt install python3-venv).\n"),
        (None, "Punctilio needs Python 3.11 or later."),
    ],
    ids=["too old", "without venv", "not there"],
)
def test_what_is_missing_is_said(script: str | None, sentence: str, tmp_path: Path) -> None:
    python = tmp_path / "python"
    if script is not None:
        python.write_text(script, encoding="utf-8")
        python.chmod(0o755)

    done = subprocess.run(
        ["make", "--no-print-directory", "demo", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert sentence in done.stderr
    assert not (tmp_path / "venv").exists()
