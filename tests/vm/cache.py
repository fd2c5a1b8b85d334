# SPDX-License-Identifier: Apache-2.0
"""The folder of fetched files: CAPREC_VM_CACHE, or build/vm of this tree."""
import contextlib
import fcntl
import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def path(*names):
    return os.path.join(os.path.abspath(os.environ.get("CAPREC_VM_CACHE") or os.path.join(ROOT, "build", "vm")), *names)


@contextlib.contextmanager
def locked():
    """One process at a time fetches: two tests may want the same, and apt's folders are not made for two."""
    os.makedirs(path(), exist_ok=True)
    with open(path("lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
