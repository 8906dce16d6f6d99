"""Nothing happens at import: no socket, no file written, no process or thread started."""

import subprocess
import sys

import pytest

from tests.house.sources import PACKAGES, ROOT, module_name, sources

WATCHED_IMPORT = """
import os, sys, threading

import numpy  # sets two variables of its own for OpenBLAS, whoever imports it

REFUSED = {
    "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo",
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty",
    "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.putenv", "shutil.rmtree",
    "signal.pthread_kill", "urllib.Request",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC


def watch(event, arguments):
    if event in REFUSED:
        raise RuntimeError(f"{event} at import: {arguments!r}")
    if event == "open":
        path, mode, flags = arguments
        writes = set(mode or "") & set("wax+") or isinstance(flags, int) and flags & WRITING
        if writes:
            raise RuntimeError(f"a file is opened for writing at import: {path!r}")


sys.addaudithook(watch)
for name in sys.argv[1:]:
    __import__(name)
threads = [thread.name for thread in threading.enumerate()]
assert threads == ["MainThread"], threads
print("imported", len(sys.argv) - 1)
"""


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", "-c", script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_every_module_does_nothing_but_define_things(package: str) -> None:
    names = [module_name(path) for path in sources(package) if path.stem != "__main__"]
    done = run(WATCHED_IMPORT, *names)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"imported {len(names)}\n"


@pytest.mark.parametrize(
    "misdeed",
    [
        "open('/dev/null', 'w')",
        "__import__('os').open('/dev/null', 1)",
        "__import__('socket').socket().connect(('127.0.0.1', 9))",
        "__import__('subprocess').run(['true'])",
        "__import__('os').mkdir('/dev/null/x')",
    ],
)
def test_the_watch_sees_what_must_not_happen(misdeed: str) -> None:
    done = run(WATCHED_IMPORT + misdeed)
    assert "RuntimeError" in done.stderr
    assert done.returncode == 1


def test_the_domain_imports_neither_graphql_nor_http() -> None:
    names = [module_name(path) for path in sources("graph")]
    script = (
        "import sys\n"
        "for name in sys.argv[1:]: __import__(name)\n"
        "print(sorted({'strawberry', 'graphql', 'starlette', 'uvicorn'} & set(sys.modules)))"
    )
    done = run(script, *names)
    assert (done.stdout, done.stderr) == ("[]\n", "")
