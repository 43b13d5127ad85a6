#!/usr/bin/env python3
"""Everything a developer runs, with nothing but Python 3.11 and git at hand.

    python3 dev.py start [--port N]      set up what is missing, then run web server and worker until Ctrl-C;
                         [--room]        for the phones of a workshop in the same network too
                         [--empty]       without the demonstration: prints a link to create the administrator's account
    python3 dev.py test [pytest's arguments]
    python3 dev.py mutate [words]        change the code in small ways: does a test notice? (tests/mutation says more)
    python3 dev.py fuzz [--requests N]   random requests to every address, with every role, form and file: no error of
                        [--seed N]       the server (10,000, and seed 17, unless said otherwise)
    python3 dev.py check                 lint, types, imports, translations, migrations, deployment settings,
                                         known vulnerabilities
    python3 dev.py fix                   let ruff repair and format
    python3 dev.py bench [--save] [rows] measure speed beside peers and limits; --save: into benchmarks/results.md

The virtual environment is `.venv`; all that is written at run time is in `var`. Both may be deleted.
"""

import argparse
import ctypes
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VAR = Path(os.environ.get("CTNAT_VAR") or ROOT / "var")
PYTHON = VENV / "bin" / "python"
RUN_LOCK, TEST_LOCK = ROOT / "requirements.lock", ROOT / "requirements-test.lock"
PDF_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
NOTO = Path("/usr/share/fonts/truetype/noto/NotoSerifEthiopic-Regular.ttf")  # of fonts-noto-core: ctnat/ui/fonts.py
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_SHELL = "chromium-headless-shell"  # the same engine without a window, with half of the processor time


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> NoReturn:
    sys.exit(f"dev.py: {text}")


def run(*command: str | Path, **environment: str) -> int:
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=os.environ | environment).returncode


def must(*command: str | Path, **environment: str) -> None:
    if code := run(*command, **environment):
        stop(f"`{' '.join(str(part) for part in command)}` failed ({code}). Its own words are above.")


# Setting up --------------------------------------------------------------------------------------------------------


def is_debian_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> bool:
    say(f"Installing {' '.join(packages)} ...")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "-q=2", "update", **quiet)
    return run("apt-get", "-q=2", "install", "--yes", "--no-install-recommends", *packages, **quiet) == 0


def digest(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def make_venv() -> None:
    if (VENV / "bin" / "pip").exists():  # the last thing that making it brings
        return
    python = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    if not python:
        stop("Python 3.11 is needed. On Debian 12: apt-get install python3 python3-venv")
    say("Making .venv ...")
    no_pip = subprocess.run([python, "-c", "import ensurepip"], stderr=subprocess.DEVNULL).returncode
    if no_pip and not (is_debian_root() and apt_install("python3-venv")):
        stop("Python cannot make virtual environments here. Run: apt-get install python3-venv")
    must(python, "-m", "venv", VENV)


def install(lock: Path) -> None:
    """Install the locked packages, once for each content of the lock file. The test lock holds the other one."""
    make_venv()
    stamps = {path: VENV / f".{path.stem}.installed" for path in (RUN_LOCK, TEST_LOCK)}
    for path in {lock, TEST_LOCK}:
        if stamps[path].exists() and stamps[path].read_text() == digest(path):
            return
    say(f"Installing packages from {lock.name} (the first time takes a few minutes) ...")
    must(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r", lock)
    stamps[lock].write_text(digest(lock))


def missing_pdf_packages() -> list[str]:
    missing = []
    for library, package in PDF_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def ensure_pdf_libraries() -> None:
    missing = missing_pdf_packages()
    if missing and is_debian_root():
        apt_install(*missing)
        missing = missing_pdf_packages()
    if missing:
        say(f"PDF reports are unavailable until you run:  sudo apt-get install {' '.join(missing)}")


def ensure_fonts() -> None:
    """Fonts for the scripts that the Python packages' fonts lack. Without them a report says which it cannot print."""
    if NOTO.exists() or (is_debian_root() and apt_install("fonts-noto-core")):
        return
    if os.environ.get("CI") == "true":
        stop("some tests need fonts, and they could not be installed. Run: apt-get install fonts-noto-core")
    say("PDF FILES IN SCRIPTS SUCH AS ETHIOPIC OR THAI NEED:  sudo apt-get install fonts-noto-core")


def find_browser() -> str | None:
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


def ensure_browser() -> bool:
    """Is there a browser for the tests? With its shell they are quicker; without, they all run in the browser."""
    missing = [*([] if find_browser() else ["chromium"]), *([] if shutil.which(BROWSER_SHELL) else [BROWSER_SHELL])]
    if is_debian_root():
        for package in missing:  # each by itself: an older Debian has no shell
            apt_install(package)
    if find_browser():
        return True
    if os.environ.get("CI") == "true":
        stop("the browser tests need chromium, and it could not be installed. Run: apt-get install chromium")
    say(f"BROWSER TESTS ARE LEFT OUT: no chromium. To run them:  sudo apt-get install chromium {BROWSER_SHELL}")
    return False


def ensure_pdftotext() -> None:
    """The tests read the text of PDF files with it; without it those tests are left out, but not in CI."""
    if shutil.which("pdftotext") or (is_debian_root() and apt_install("poppler-utils")):
        return
    if os.environ.get("CI") == "true":
        stop("some tests need pdftotext, and it could not be installed. Run: apt-get install poppler-utils")
    say("TESTS OF THE TEXT OF PDF FILES ARE LEFT OUT. To run them:  sudo apt-get install poppler-utils")


def has_office() -> bool:
    """Is there LibreOffice, with its module for the system's Python?"""
    python = "/usr/bin/python3"
    found = shutil.which("soffice") and Path(python).exists()
    return bool(found) and subprocess.run([python, "-c", "import uno"], capture_output=True).returncode == 0


def ensure_office() -> None:
    """LibreOffice returns files as a reviewer does; without it those tests are left out, but not in CI."""
    if has_office() or (is_debian_root() and apt_install("libreoffice-writer-nogui", "python3-uno") and has_office()):
        return
    if os.environ.get("CI") == "true":
        stop(
            "some tests need LibreOffice, and it could not be installed. "
            "Run: apt-get install libreoffice-writer-nogui python3-uno"
        )
    say("TESTS WITH LIBREOFFICE ARE LEFT OUT. To run them:  sudo apt-get install libreoffice-writer-nogui python3-uno")


def ensure_data(*, with_demo: bool) -> None:
    """Migrate and load the instruments and the demo, unless this database had just this code before."""
    VAR.mkdir(parents=True, exist_ok=True)
    code = sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("fixtures/**/*.yaml"), RUN_LOCK])
    database = os.environ.get("DATABASE_URL", "")
    state, stamp = f"{digest(*code)} {hashlib.sha256(database.encode()).hexdigest()}", VAR / "data.stamp"
    state += "" if with_demo else " without the demonstration"
    loaded_before = stamp.exists() and not stamp.read_text().endswith("without the demonstration")
    was_removed = loaded_before and not (VAR / "demo-sign-ins.txt").exists()
    if stamp.exists() and stamp.read_text() == state and (database or (VAR / "ctnat.sqlite3").exists()):
        return
    say("Preparing the database ...")
    manage("migrate", "--verbosity", "0")
    manage("createcachetable")
    manage("loaddata", "--verbosity", "0", *sorted(ROOT.glob("fixtures/instruments_2016_*.yaml")))
    if with_demo and was_removed:
        say("The demonstration was removed. The page “This site” loads it again.")
    elif with_demo:
        say("Loading the demonstration ...")
        finished = subprocess.run([PYTHON, "manage.py", "load_demo"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if finished.returncode:
            stop("the demonstration could not be loaded. Its own words are above.")
        (VAR / "demo-sign-ins.txt").write_text(finished.stdout)
    stamp.write_text(state)


def manage(*arguments: str | Path) -> None:
    must(PYTHON, "manage.py", *arguments)


# Commands ----------------------------------------------------------------------------------------------------------


def start(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py start")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--room", action="store_true", help="serve the room's network too: phones of a workshop")
    parser.add_argument("--empty", action="store_true", help="without the demonstration: a site of your own")
    chosen = parser.parse_args(arguments)
    port = chosen.port
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            stop(f"port {port} cannot be used ({error}). Choose another: python3 dev.py start --port 8001")
    install(RUN_LOCK)
    ensure_pdf_libraries()
    ensure_fonts()
    bind = "0.0.0.0" if chosen.room else "127.0.0.1"  # noqa: S104 - asked for, and said
    here = room_address() if chosen.room else "127.0.0.1"
    os.environ.setdefault("SITE_URL", f"http://{here}:{port}")
    os.environ.setdefault("ALLOWED_HOSTS", f"localhost,127.0.0.1,{here}")
    ensure_data(with_demo=not chosen.empty)
    gunicorn = [PYTHON, "-m", "gunicorn", "ctnat.wsgi", "--threads", "8", "--log-level", "warning"]
    commands = {
        "web server": [*gunicorn, "--bind", f"{bind}:{port}", "--timeout", "120", "--graceful-timeout", "5"],
        "worker": [
            PYTHON,
            "manage.py",
            "db_worker",
            "--interval",
            "1",
            "--queue-name",
            "*",
            "--no-startup-delay",
            "-v0",
        ],
    }
    # A session of their own: Ctrl-C reaches this process alone, which then stops both in order.
    started = {
        name: subprocess.Popen([str(part) for part in command], cwd=ROOT, start_new_session=True)
        for name, command in commands.items()
    }
    if chosen.room:
        say(f"\nIn this room's network, open and project  http://{here}:{port}/  (plain HTTP: trust the network).")
    return watch(started, port, empty=chosen.empty)


def room_address() -> str:
    """The address of this machine in the network it is in; nothing is sent to find it, and no internet is needed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address reserved for documentation
        except OSError:
            stop("this machine is in no network. Join the room's Wi-Fi or open a hotspot, then start again.")
        return str(probe.getsockname()[0])


def watch(started: dict[str, subprocess.Popen[bytes]], port: int, *, empty: bool) -> int:
    """Tell when the site answers, then wait for Ctrl-C or for one of the two to end."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for wanted in (signal.SIGINT, signal.SIGTERM):  # a shell's background job ignores the first otherwise
        signal.signal(wanted, interrupt)
    code = 0
    try:
        if wait_until_up(started, port):
            greet(port, empty=empty)
        while all(process.poll() is None for process in started.values()):
            time.sleep(0.2)
        ended = next(name for name, process in started.items() if process.poll() is not None)
        say(f"The {ended} ended by itself; stopping the rest.")
        code = 1
    except KeyboardInterrupt:
        say("\nStopping ...")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for process in started.values():
            process.terminate()
        for process in started.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    say("Stopped.")
    return code


def wait_until_up(started: dict[str, subprocess.Popen[bytes]], port: int) -> bool:
    for _ in range(600):
        if any(process.poll() is not None for process in started.values()):
            return False
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return True
        except OSError:
            time.sleep(0.05)
    return False


def greet(port: int, *, empty: bool) -> None:
    say(f"\nCT-NAT is running at  http://127.0.0.1:{port}/\n")
    signins = VAR / "demo-sign-ins.txt"
    if empty:
        made = subprocess.run([PYTHON, "manage.py", "set_up_link"], cwd=ROOT, capture_output=True, text=True)
        if made.returncode == 0:  # there is no administrator yet
            say(f"Create the administrator's account, within a day, at\n\n{made.stdout}")
    elif signins.exists():  # `remove_demo` and the page "This site" remove it with the demonstration
        say(f"Sign in with one of\n\n{signins.read_text()}")
    say("Stop with Ctrl-C.")


def test(arguments: list[str]) -> int:
    """The whole suite measures on SQLite which branches it takes, and fails below the floor of pyproject.toml; a
    selection of tests measures nothing."""
    install(TEST_LOCK)
    ensure_pdf_libraries()
    ensure_fonts()
    ensure_pdftotext()
    ensure_office()
    chosen = arguments or ["-q"]
    if is_whole(arguments) and os.environ.get("DATABASE_URL", "sqlite").startswith("sqlite"):
        chosen = ["-p", "tests.branches", *chosen]
    if not ensure_browser():
        chosen = ["-m", "not browser", *chosen]
    # One more than there are processors: who waits for a browser or for another process leaves one free.
    workers = [] if any(a.startswith("-n") for a in arguments) else ["-n", str(min((os.cpu_count() or 1) + 1, 4))]
    # Compiled modules are kept even where the shell says otherwise: the tests start dozens of processes.
    return run(PYTHON, "-m", "pytest", *workers, *chosen, PYTHONDONTWRITEBYTECODE="")


def is_whole(arguments: list[str]) -> bool:
    """Do pytest's arguments leave no test out but those of the browser?"""
    rest = " ".join(arguments).replace("-m not browser", "").split()
    return all(
        re.fullmatch(r"-[qvxs]+|-n|\d+|-n\d+|-r\w+|--durations=\d+|--maxfail=\d+|--create-db", part) for part in rest
    )


def mutate(arguments: list[str]) -> int:
    install(TEST_LOCK)
    return run(PYTHON, "-m", "tests.mutation", *arguments)


def fuzz(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py fuzz")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=17)
    chosen = parser.parse_args(arguments)
    install(TEST_LOCK)
    given = {"CTNAT_FUZZ_REQUESTS": str(chosen.requests), "CTNAT_FUZZ_SEED": str(chosen.seed)}
    return run(PYTHON, "-m", "pytest", "-q", "tests/test_fuzz.py", **given)


def check(_: list[str]) -> int:
    install(TEST_LOCK)
    keys = {
        "SECRET_KEY": "check-" + "0123456789abcdef" * 4,
        "FIELD_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    }
    production = {"CTNAT_PRODUCTION": "1", "ALLOWED_HOSTS": "example.org", **keys}
    checks: list[tuple[str, list[str], dict[str, str]]] = [
        ("lint", ["ruff", "check", "."], {}),
        ("format", ["ruff", "format", "--check", "."], {}),
        ("scripts", ["oxlint", "--deny-warnings", "static/js"], {}),
        ("templates", ["djlint", "templates", "--lint", "--quiet"], {}),
        ("types", ["mypy"], {}),
        ("imports", ["lint-imports"], {}),
        ("translations", ["python", "manage.py", "update_words", "--check"], {}),
        ("migrations", ["python", "manage.py", "makemigrations", "--check", "--dry-run"], {}),
        ("deployment", ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"], production),
    ]
    failed = []
    for name, command, environment in checks:
        began = time.monotonic()
        bad = run(VENV / "bin" / command[0], *command[1:], **environment)
        say(f"{'FAILED' if bad else 'ok':>8}  {name}  ({time.monotonic() - began:.1f} s)\n")
        failed += [name] * bool(bad)
    if not known_vulnerabilities_absent():
        failed.append("vulnerabilities")
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return bool(failed)


def known_vulnerabilities_absent() -> bool:
    """False where the run-time lock has a package with a known hole. Being offline is no failure."""
    audit = [str(VENV / "bin" / "pip-audit"), "--requirement", str(RUN_LOCK), "--require-hashes", "--disable-pip"]
    audit += ["--progress-spinner", "off"]
    try:
        finished = subprocess.run(audit, cwd=ROOT, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        say(" skipped  vulnerabilities (the advisory service did not answer)\n")
        return True
    found = finished.returncode == 1 and "Found" in finished.stderr + finished.stdout
    if finished.returncode and not found:
        say(" skipped  vulnerabilities (the advisory service cannot be reached)\n")
        return True
    unknown = finished.stdout.count("could not be audited")
    left_out = f" ({unknown} packages are unknown to the advisory service)" if unknown else ""
    say(f"{finished.stdout if found else ''}{'FAILED' if found else 'ok':>8}  vulnerabilities{left_out}\n")
    return not found


def fix(_: list[str]) -> int:
    install(TEST_LOCK)
    return run(VENV / "bin" / "ruff", "check", "--fix", ".") | run(VENV / "bin" / "ruff", "format", ".")


def bench(arguments: list[str]) -> int:
    install(TEST_LOCK)
    return run(PYTHON, "-m", "benchmarks.table", *arguments, DJANGO_SETTINGS_MODULE="ctnat.settings")


COMMANDS = {"start": start, "test": test, "mutate": mutate, "fuzz": fuzz, "check": check, "fix": fix, "bench": bench}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    os.environ["PYTHONUNBUFFERED"] = "1"
    try:
        sys.exit(COMMANDS[sys.argv[1]](sys.argv[2:]))
    except KeyboardInterrupt:
        stop("stopped before it was done. Run it again: what is complete is not done twice.")
