# SPDX-License-Identifier: Apache-2.0
"""perf_event_open (PERFMON)."""
import struct

from base import Skip, Table, call, read, strangers_process, victim

operation = Table()
USER_MODE = 0x60  # exclude_kernel, exclude_hv


def event(pid, cpu, flags):
    """A counter of page faults."""
    call(298, struct.pack("IIQQQQQ", 1, 128, 2, 0, 0, 0, flags) + bytes(80), pid, cpu, -1, 0)


def restricted(level):
    def setup(_setting):
        if int(read("/proc/sys/kernel/perf_event_paranoid")) < level:
            raise Skip(f"kernel.perf_event_paranoid is below {level}")
    return setup


operation.add("perf_cpu", lambda: event(-1, 0, USER_MODE), restricted(1))
operation.add("perf_kernel", lambda: event(0, -1, 0), restricted(2))
operation.add("perf_user", lambda: event(0, -1, USER_MODE))
operation.add("perf_other", lambda: event(victim(), -1, USER_MODE), strangers_process)
