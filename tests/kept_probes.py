"""SlipCover's probes, put into a module once and kept.

To parse a module, to mark its branches and to put probes in takes ten seconds of processor time for all our modules, in
each process that runs tests. What comes out depends on the source alone, so it is kept in pytest's cache. A probe
cannot be written to a file: its line or branch is, and a new probe takes its place when the module is loaded.

In a fresh clone nothing is kept yet. Each process then begins with a share of the files, and finds the others.
"""

import ast
import hashlib
import marshal
import os
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from slipcover import Slipcover, branch, importer, probe, version
from slipcover import slipcover as making

FOLDER = Path(__file__).resolve().parent.parent / ".pytest_cache" / "probes"
CODE, PROBE, SIGNAL, VALUE = range(4)  # what a constant of a code object is
Stored = tuple[CodeType, list[tuple[int, Any]], list[tuple[Any, Any]]]  # without constants, its constants, its index


class _Labels:
    """Stands for SlipCover's module `probe` while probes are put in: knows of each the line or the branch."""

    def __init__(self) -> None:
        self.signal, self.known = probe.signal, []

    def new(self, owner: Slipcover, file: str, label: Any, threshold: int) -> Any:
        made = probe.new(owner, file, label, threshold)
        self.known.append((made, label))
        return made


def instrument(source: bytes, file: Path) -> bytes:
    """The module with places for probes, as it is kept."""
    code = compile(branch.preinstrument(ast.parse(source)), str(file), "exec")
    owner, labels = Slipcover(branch=True), _Labels()
    making.probe = labels
    try:
        made = owner.instrument(code)
    finally:
        making.probe = probe
    label_of = {id(one): label for one, label in labels.known}
    lines, branches = owner.code_lines[str(file)], owner.code_branches[str(file)]
    return marshal.dumps((_stored(made, owner, label_of), sorted(lines), sorted(branches)))


def _stored(code: CodeType, owner: Slipcover, label_of: dict[int, Any]) -> Stored:
    def of(constant: Any) -> tuple[int, Any]:
        if isinstance(constant, CodeType):
            return CODE, _stored(constant, owner, label_of)
        if constant is probe.signal:
            return SIGNAL, None
        return (PROBE, label_of[id(constant)]) if id(constant) in label_of else (VALUE, constant)

    return code.replace(co_consts=()), [of(constant) for constant in code.co_consts], owner.code2index[code]


def load(kept: bytes, file: Path, probes: Slipcover) -> CodeType:
    """The module with new probes, which tell `probes`; this knows it as if it had put them in."""
    stored, lines, branches = marshal.loads(kept)  # noqa: S302 -- written by this module
    name = str(file)
    code = _restored(stored, name, probes)
    with probes.lock:
        probes.code_lines[name].update(lines)
        probes.code_branches[name].update(branches)
        probes.instrumented[name].add(code)
    return code


def _restored(stored: Stored, file: str, probes: Slipcover) -> CodeType:
    bare, constants, index = stored

    def made(kind: int, value: Any) -> Any:
        if kind == CODE:
            return _restored(value, file, probes)
        if kind == PROBE:
            return probe.new(probes, file, value, probes.d_miss_threshold)
        return probe.signal if kind == SIGNAL else value

    code = bare.replace(co_consts=tuple(made(*constant) for constant in constants))
    probes.code2index[code] = index
    return code


def kept(file: Path) -> bytes:
    """The module as it is kept; it is made where its source, Python or SlipCover is another."""
    source = file.read_bytes()
    own = Path(__file__).read_bytes()
    key = hashlib.sha256(b"\0".join([sys.version.encode(), version.__version__.encode(), own, source])).digest()
    place = FOLDER / hashlib.sha256(str(file).encode()).hexdigest()[:32]
    if place.exists() and (content := place.read_bytes()).startswith(key):
        return content[len(key) :]
    made = instrument(source, file)
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = place.with_name(f"{place.name}.{os.getpid()}")  # another process may write the same
    written.write_bytes(key + made)
    written.replace(place)
    return made


class Loader(importer.SlipcoverLoader):
    """Loads our modules as they are kept."""

    def exec_module(self, module: ModuleType) -> None:
        if not isinstance(self.orig_loader, SourceFileLoader):
            super().exec_module(module)
            return
        self.sci.register_module(module)
        exec(load(kept(self.origin), self.origin, self.sci), module.__dict__)  # noqa: S102 -- imports it


def begin(probes: Slipcover, matcher: importer.FileMatcher, folders: list[str]) -> None:
    """Put probes into what is imported from now on."""
    for file in _share(matcher, folders):
        kept(file)
    importer.SlipcoverLoader = Loader
    importer.ImportManager(probes, matcher).__enter__()


def _share(matcher: importer.FileMatcher, folders: list[str]) -> Iterator[Path]:
    """The files that this process prepares for all; the largest come first and are dealt out by turns."""
    worker, count = os.environ.get("PYTEST_XDIST_WORKER", ""), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    if not worker or count == 1:
        return
    files = [file for folder in folders for file in Path(folder).resolve().rglob("*.py") if matcher.matches(file)]
    files.sort(key=lambda file: (-file.stat().st_size, file))
    yield from files[int(worker.removeprefix("gw")) % count :: count]
