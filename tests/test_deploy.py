"""The files in `deploy/`, the image and the page docs/operations.md: what they name exists, and they agree.

`deploy/try_operations` follows the page on an empty Debian. It takes a quarter of an hour, so that it is not run here.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import get_commands

from tests.test_layout import APPS

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
PAGE = (ROOT / "docs" / "operations.md").read_text()
SAMPLE = (DEPLOY / "environment.sample").read_text()
READ = re.compile(
    r"""env\.\w+\(\s*"(\w+)"|required\("(\w+)"\)|os\.environ(?:\.get)?[\[(]"(\w+)"|^VARIABLE = "(\w+)""", re.M
)
SET_BY_US = {"FONTCONFIG_FILE", "DJANGO_SETTINGS_MODULE", "FC_DEBUG"}  # by the program, for its libraries


def load(name: str) -> ModuleType:
    loader = SourceFileLoader(f"deploy_{name}", str(DEPLOY / name))
    module = module_from_spec(spec_from_loader(loader.name, loader))  # type: ignore[arg-type]
    loader.exec_module(module)
    return module


def sample_names() -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", SAMPLE, re.M))


def test_each_variable_that_is_read_is_in_the_table_and_in_the_sample() -> None:
    files = [path for app in ("ctnat", *APPS) for path in (ROOT / app).rglob("*.py")]
    read = {name for path in files for found in READ.findall(path.read_text()) for name in found if name} - SET_BY_US
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}
    of_compose = {"SITE_HOST", "POSTGRES_PASSWORD"}
    assert len(read) > 30
    assert read == listed - of_compose
    assert read == sample_names()


def test_make_environment_fills_the_sample_with_keys_of_its_own() -> None:
    made = [
        subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, DEPLOY / "make_environment.py", "nat.example.org", *options],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for options in ([], ["--containers"])
    ]
    values = [dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", text, re.M)) for text in made]
    assert values[0]["SECRET_KEY"] != values[1]["SECRET_KEY"]
    assert len(values[0]["SECRET_KEY"]) >= 50
    Fernet(values[0]["FIELD_KEYS"])
    assert values[0]["SITE_URL"] == "https://nat.example.org"
    assert "{" not in "".join(values[0].values())
    assert values[1]["POSTGRES_PASSWORD"] in values[1]["DATABASE_URL"]
    refused = subprocess.run(  # noqa: S603
        [sys.executable, DEPLOY / "make_environment.py", "x; rm"], capture_output=True, text=True
    )
    assert refused.returncode == 2


def test_the_page_names_commands_and_files_that_exist() -> None:
    commands = load("try_operations").commands()
    assert len(commands) > 15
    for command in [*commands, *re.findall(r"`((?:ctnat|manage\.py|deploy/)[^`]*)`", PAGE)]:
        for name in re.findall(r"(?:^|[( ])(?:ctnat|manage\.py) ([a-z_]+)", command):
            assert name in get_commands(), command
        for name in re.findall(r"(?<![/\w])deploy/[\w./*-]+", command):
            assert list(ROOT.glob(name.rstrip("."))), command
    enabled = next(command for command in commands if "enable" in command).split()
    assert all(any(DEPLOY.glob(f"systemd/{name}*")) for name in enabled if name.startswith("ctnat"))


def test_the_image_runs_without_rights_and_holds_no_secret() -> None:
    image = (ROOT / "Containerfile").read_text()
    steps = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", image, flags=re.M)).splitlines()
    last = [line for line in steps if line.startswith("USER ")]
    assert last == ["USER 10001:10001"]
    assert not re.search(r"SECRET_KEY|FIELD_KEYS|PASSWORD", image)
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".git", "var"} <= set(ignored)
    assert any(line.startswith("HEALTHCHECK") for line in steps)
    page = set(re.findall(r"lib\w+[\d.-]+\b|fonts-noto-core", PAGE.split("## Sign-in through")[0]))
    assert {"libpango-1.0-0", "libpangoft2-1.0-0", "fonts-noto-core"} <= page
    assert all(name in image for name in page if not name.startswith("libpython"))


def test_containers_have_no_rights_and_start_in_order() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services: dict[str, Any] = compose["services"]
    assert set(services) == {"upgrade", "web", "worker", "backup", "database", "proxy"}
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in compose["volumes"], name
    assert compose["networks"]["inside"] == {"internal": True}
    assert services["database"]["networks"] == ["inside"]
    assert services["proxy"]["networks"] == ["outside"]
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    ended = {"condition": "service_completed_successfully"}
    assert all(services[name]["depends_on"]["upgrade"] == ended for name in ("web", "worker", "backup"))
    text = (ROOT / "compose.yaml").read_text()
    given = sample_names() | {"SITE_HOST", "POSTGRES_PASSWORD", "CTNAT_VERSION"}
    assert set(re.findall(r"\$\{(\w+)", text)) <= given
    assert not re.search(r"PASSWORD: [^$]", text)


def instructions() -> list[tuple[str, str]]:
    """(name, arguments) of each instruction of the image, in its order."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text(), flags=re.M))
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def options(command: list[str]) -> dict[str, str]:
    """The options of gunicorn and their values, but for those that depend on where it runs."""
    words = [word for word in command if word not in ("python", "-m", "gunicorn", "ctnat.wsgi", "--no-control-socket")]
    return {name: value for name, value in zip(words[::2], words[1::2], strict=True) if name.startswith("--")}


def of_unit(name: str) -> list[str]:
    started = re.search(r"^ExecStart=\S+/bin/(.*)$", (DEPLOY / "systemd" / name).read_text(), re.M)
    assert started
    return shlex.split(started[1])


def test_the_image_can_be_built_and_its_steps_are_those_of_a_server() -> None:
    """No container engine is needed: the steps are parsed, and compared with those that try_operations runs."""
    steps = instructions()
    known = {"ARG", "FROM", "RUN", "COPY", "WORKDIR", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
    assert {name for name, _ in steps} <= known
    stages = re.findall(r"^FROM \S+ AS (\w+)$", (ROOT / "Containerfile").read_text(), re.M)
    for name, arguments in steps:
        words = arguments.split()
        if name == "RUN":
            subprocess.run(["/bin/sh", "-n"], input=arguments, text=True, check=True)
        if name == "COPY":
            source = words[0].removeprefix("--from=")
            assert source in stages if source != words[0] else (ROOT / source).exists(), arguments
        if name in ("CMD", "VOLUME"):
            json.loads(arguments)
    packages = load("try_operations").commands()
    assert "bookworm" in dict(steps)["ARG"]
    assert '"bookworm"' in (DEPLOY / "try_operations").read_text()
    installing = re.compile(r"\bpip install\b.* --require-hashes (?:-r|--requirement) \S*requirements\.lock")
    assert any(installing.search(command) for command in packages)
    assert any(installing.search(arguments) for name, arguments in steps if name == "RUN")
    here = ("--bind", "--worker-tmp-dir")
    of_image, of_server = options(json.loads(dict(steps)["CMD"])), options(of_unit("ctnat-web.service"))
    assert {name: value for name, value in of_image.items() if name not in here} == {
        name: value for name, value in of_server.items() if name not in here
    }


def test_the_commands_of_the_containers_are_those_of_the_units() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services: dict[str, Any] = compose["services"]
    assert services["worker"]["command"] == of_unit("ctnat-worker.service")
    for name, service in services.items():
        for command in re.findall(r"manage\.py (\w+)", " ".join(service.get("command", []))):
            assert command in get_commands(), name
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service["networks"]) <= set(compose["networks"]), name
        subprocess.run(["/bin/sh", "-n"], input=" ".join(service.get("command", [])[2:3]), text=True, check=True)
    unit = (DEPLOY / "systemd" / "ctnat-backup.service").read_text()
    nightly = re.findall(r"^ExecStart=\S+/bin/python (manage\.py \w+)$", unit, re.M)
    assert nightly == re.findall(r"manage\.py \w+", services["backup"]["command"][2]) != []
    version = re.search(r"postgres:(\d+)", services["database"]["image"])
    assert version
    assert f"pg_conftool {version[1]} " in (DEPLOY / "try_operations").read_text(), "the version of Debian"


def test_proxies_keep_no_log_of_the_links_of_respondents() -> None:
    nginx, caddy = (DEPLOY / "nginx.conf").read_text(), (DEPLOY / "Caddyfile").read_text()
    respondents = nginx.split("location ~ ^/[sv]/ {")[1].split("}")[0]
    assert "access_log off;" in respondents
    assert "error_log /dev/null;" in respondents
    assert nginx.count("proxy_set_header X-Forwarded-For $remote_addr;") == 2
    assert not re.search(r"^\s*log\b", caddy, re.M)
    assert ("25m" in nginx, "25MB" in caddy) == (True, True)


@pytest.mark.parametrize(
    "command",
    [
        ["bash", "-n", "deploy/upgrade"],
        ["sh", "-n", "deploy/manage"],
        ["systemd-analyze", "verify", "--man=no"],
        ["caddy", "validate", "--adapter", "caddyfile", "--config", "deploy/Caddyfile"],
    ],
    ids=lambda command: command[0],
)
def test_a_program_accepts_its_files(command: list[str], tmp_path: Path) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not on this machine; deploy/try_operations uses it")
    if command[0] == "systemd-analyze":  # with programs and folders of this machine in place of those of a server
        for unit in (DEPLOY / "systemd").iterdir():
            text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.M)
            (tmp_path / unit.name).write_text(text)
        command = [*command, *map(str, sorted(tmp_path.iterdir()))]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)  # noqa: S603
    unknown = [line for line in finished.stderr.splitlines() if "Unknown" in line or "Failed to parse" in line]
    assert (finished.returncode, unknown) == (0, [])


def test_nginx_accepts_its_file(tmp_path: Path) -> None:
    """With a certificate, ports and folders that an ordinary account may use in place of those of a server."""
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not on this machine; run: apt-get install nginx-light")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nat.example.org")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    certificate = made.sign(key, hashes.SHA256())
    (tmp_path / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "privkey.pem").write_bytes(key.private_bytes(*pem))
    site = (DEPLOY / "nginx.conf").read_text().replace("/etc/letsencrypt/live/nat.example.org", str(tmp_path))
    for port in ("80", "443"):
        site = re.sub(rf"\b{port}( ssl http2)?;", rf"8{port.zfill(3)}\1;", site)
    (tmp_path / "site.conf").write_text(site)
    folders = [f"{kind}_temp_path {tmp_path};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    within = [f"access_log {tmp_path}/log;", *folders, f"include {tmp_path}/site.conf;"]
    main = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {' '.join(within)} }}"
    (tmp_path / "main.conf").write_text(main)
    command = ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "main.conf"), "-e", "stderr"]
    finished = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    problems = [line for line in finished.stderr.splitlines() if "[warn]" in line or "[emerg]" in line]
    assert (finished.returncode, problems) == (0, [])
