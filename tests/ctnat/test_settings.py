"""Production settings: missing settings are reported, and the deployment check finds nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {
    "CTNAT_PRODUCTION": "1",
    "ALLOWED_HOSTS": "example.org",
    "SECRET_KEY": "a-key-for-this-test-alone-" + "0123456789abcdefghijklmnopqrstuvwxyz",
    "FIELD_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
}


def check_deployment(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(  # noqa: S603 -- our own command
        command, cwd=ROOT, env=clean | {"CTNAT_VAR": str(tmp_path)} | environment, capture_output=True, text=True
    )


def test_deployment_check_is_clean(tmp_path: Path) -> None:
    finished = check_deployment(tmp_path, **GIVEN)
    assert (finished.returncode, finished.stdout.strip()) == (0, "System check identified no issues (0 silenced).")
    assert [path.name for path in tmp_path.iterdir()] == ["locale"]  # compiled texts, and neither keys nor a database


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS"])
def test_production_does_not_start_without_its_keys(tmp_path: Path, name: str) -> None:
    finished = check_deployment(tmp_path, **{key: value for key, value in GIVEN.items() if key != name})
    assert finished.returncode == 1
    assert f"Set {name} in the environment" in finished.stderr


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"CTNAT_OIDC_URL": "https://id.example.org"}, "Set CTNAT_OIDC_CLIENT_ID in the environment"),
        ({"CTNAT_OIDC_URL": "http://id.example.org", "CTNAT_OIDC_CLIENT_ID": "x"}, "must begin with https://"),
    ],
)
def test_a_provider_is_set_up_completely_or_not_at_all(tmp_path: Path, given: dict[str, str], message: str) -> None:
    finished = check_deployment(tmp_path, **GIVEN, **given)
    assert finished.returncode == 1
    assert message in finished.stderr


def test_local_run_makes_private_keys_once(tmp_path: Path) -> None:
    assert check_deployment(tmp_path).returncode in (0, 1)
    keys = tmp_path / "local.env"
    assert keys.stat().st_mode & 0o777 == 0o600
    made = keys.read_text()
    check_deployment(tmp_path)
    assert keys.read_text() == made
