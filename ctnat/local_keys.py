"""Keys for a run on one's own machine: made once, kept in a private file, never used in production."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def ensure_local_keys(path: Path) -> None:
    """Put SECRET_KEY and FIELD_KEYS into the environment from `path`, which is made (mode 600) at first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = f"SECRET_KEY={secrets.token_urlsafe(50)}\nFIELD_KEYS={Fernet.generate_key().decode()}\n"
        own = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as private:
            private.write(made)
        try:
            os.link(own, path)  # fails where another process was first: its keys are used
        except FileExistsError:
            pass
        finally:
            own.unlink()
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)
