"""Migrations that were released never change: their checksums are in `frozen_migrations.sha256`.

`python -m tests.frozen_migrations` adds the checksums of new migrations, at each release. The list has the form of
`sha256sum`, which can check it too.
"""

import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_suffix(".sha256")


def present(root: Path = ROOT) -> dict[str, str]:
    """Path -> checksum of each migration of the project."""
    found = sorted(path for path in root.glob("*/migrations/*.py") if path.name != "__init__.py")
    return {str(path.relative_to(root)): sha256(path.read_bytes()).hexdigest() for path in found}


def frozen(text: str) -> dict[str, str]:
    pairs = (line.split("  ", 1) for line in text.splitlines() if line)
    return {path: checksum for checksum, path in pairs}


def faults(listed: dict[str, str], there: dict[str, str]) -> list[str]:
    """Released migrations that were changed or removed."""
    found = []
    for path, checksum in listed.items():
        if path not in there:
            found.append(f"{path} is gone. It was released: bring it back.")
        elif there[path] != checksum:
            found.append(f"{path} was changed. It was released: undo that, and write a new migration.")
    return found


def main() -> None:
    listed, there = frozen(LIST.read_text()) if LIST.exists() else {}, present()
    if found := faults(listed, there):
        sys.exit("\n".join(found))
    LIST.write_text("".join(f"{checksum}  {path}\n" for path, checksum in sorted(there.items())))
    print(f"{len(there) - len(listed)} migrations were added to {LIST.name}.")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
