"""Web servers, what is asked of them, and the processor time that they take for it.

Both servers of a comparison get the same command (gunicorn, two workers) and the same client. What is compared is the
processor time of the workers for each request, from /proc: it depends less on what else the machine does than requests
per second, which are printed beside it.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent.parent
WORKERS, CONNECTIONS = 2, 2


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def seconds(self) -> float:
        """The processor time of the server and its workers so far."""
        return sum(_seconds(pid) for pid in [self.pid, *_children(self.pid)])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _seconds(pid: int) -> float:
    """From the scheduler, in nanoseconds: the usual counters have steps of 10 ms."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(
    application: str, environment: Mapping[str, str], *, threads: int = 4, workers: int = WORKERS
) -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "-w", str(workers), "--threads", str(threads)]
    command += ["-b", f"127.0.0.1:{port}", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment)  # noqa: S603 -- our own server
    try:
        for _ in range(300):
            if process.poll() is not None:
                raise SystemExit("The web server did not start.")
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def request(
    path: str, *, fields: bytes | None = None, headers: Mapping[str, str] | None = None, host: str = "127.0.0.1"
) -> bytes:
    """A request as it goes over the line, on a connection that is kept."""
    lines = [f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if fields is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(fields)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (fields or b"")


@dataclass(frozen=True)
class Load:
    """What a number of requests took. `seconds`: of the processors, for one request."""

    requests: int
    seconds: float
    per_second: float
    bytes: int
    statuses: Mapping[int, int]
    headers: Mapping[str, str]  # of the last reply


def ask(server: Server, requests: Sequence[bytes], connections: int = CONNECTIONS) -> Load:
    """Send all of them over a few connections, and wait for the replies."""
    statuses: dict[int, int] = {}
    headers: dict[str, str] = {}
    received = 0
    lock = threading.Lock()
    left = iter(requests)

    def work() -> None:
        nonlocal received, headers
        line = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        stream = line.makefile("rb")
        while True:
            with lock:
                one = next(left, None)
            if one is None:
                break
            line.sendall(one)
            status, size, found = _read(stream)
            stays = found.get("connection") != "close" and bool(found)
            with lock:
                headers = found
                statuses[status] = statuses.get(status, 0) + 1
                received += size
            if not stays:
                stream.close()
                line.close()
                line = socket.create_connection(("127.0.0.1", server.port), timeout=60)
                stream = line.makefile("rb")
        stream.close()
        line.close()

    before, began = server.seconds(), time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    count = len(requests)
    return Load(count, (server.seconds() - before) / count, count / took, received // count, statuses, headers)


def _read(stream: BinaryIO) -> tuple[int, int, dict[str, str]]:
    """Status, number of bytes of the body, headers; no headers where the connection was closed."""
    first = stream.readline().split()
    headers: dict[str, str] = {}
    while line := stream.readline().strip():
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    if not first:
        return 0, 0, {}
    size = int(headers.get("content-length", 0))
    if headers.get("transfer-encoding") == "chunked":
        while chunk := int(stream.readline(), 16):
            size += len(stream.read(chunk + 2)) - 2
        stream.readline()
    elif size:
        stream.read(size)
    return int(first[1]), size, headers
