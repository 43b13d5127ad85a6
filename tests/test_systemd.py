"""The units in deploy/systemd start existing commands, as an unprivileged account, which owns what they write."""

import configparser
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).resolve().parent.parent / "deploy" / "systemd").glob("*.service"))
REQUIRED = {
    "User": "ctnat",
    "UMask": "0077",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectControlGroups": "yes",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "CapabilityBoundingSet": "",
}


@pytest.mark.parametrize("unit", UNITS, ids=[unit.name for unit in UNITS])
def test_units_are_hardened(unit: Path) -> None:
    read = configparser.ConfigParser(strict=False, interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign] # systemd's names have capitals
    read.read_string(unit.read_text())
    assert {name: read["Service"].get(name) for name in REQUIRED} == REQUIRED
    filters = [line for line in unit.read_text().splitlines() if line.startswith("SystemCallFilter=")]
    assert filters == ["SystemCallFilter=@system-service", "SystemCallFilter=~@privileged @resources"]


def test_there_are_units() -> None:
    assert {unit.name for unit in UNITS} >= {"ctnat-web.service", "ctnat-worker.service", "ctnat-backup.service"}
