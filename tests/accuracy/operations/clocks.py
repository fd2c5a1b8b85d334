# SPDX-License-Identifier: Apache-2.0
"""Clocks, set to what they say (SYS_TIME), and timers that wake the machine (WAKE_ALARM)."""
import ctypes
import os
import select
import struct
import time

from base import Skip, Table, call, checked, libc

operation = Table()
CLOCK_ADJTIME, TIMER_CREATE, TIMERFD_CREATE, CLOCK_NANOSLEEP = 305, 222, 283, 230
REALTIME_ALARM, BOOTTIME_ALARM, TICK = 8, 9, 0x4000


@operation()
def clock_settime():
    time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME))


@operation()
def settimeofday():
    now = time.time_ns()
    checked(libc.settimeofday(struct.pack("qq", now // 10 ** 9, now // 1000 % 10 ** 6), None), "settimeofday")


@operation()
def settz():
    zone = ctypes.create_string_buffer(8)
    call(96, None, zone)  # gettimeofday
    if struct.unpack("ii", zone)[0]:
        raise Skip("the kernel has a time zone")
    call(164, None, zone)


def adjusted(change, adjust):
    """Sets the tick to the value that it has."""
    state = ctypes.create_string_buffer(256)
    if change:
        adjust(state)
        struct.pack_into("I", state, 0, TICK)
    adjust(state)


operation.add("adjtimex", lambda: adjusted(True, lambda state: checked(libc.adjtimex(state), "adjtimex")))
operation.add("adjtimex_read", lambda: adjusted(False, lambda state: checked(libc.adjtimex(state), "adjtimex")))
operation.add("clock_adjtime", lambda: adjusted(True, lambda state: call(CLOCK_ADJTIME, 0, state)))


def or_no_clock(function, *arguments):
    try:
        return function(*arguments)
    except OSError as error:
        raise Skip("no clock that wakes the machine") if error.errno in (22, 95) else error


operation.add("timer_alarm", lambda: or_no_clock(call, TIMER_CREATE, REALTIME_ALARM, None, ctypes.create_string_buffer(8)))
operation.add("timerfd_alarm", lambda: or_no_clock(call, TIMERFD_CREATE, REALTIME_ALARM, 0))
operation.add("timerfd_alarm_boot", lambda: or_no_clock(call, TIMERFD_CREATE, BOOTTIME_ALARM, 0))
operation.add("timerfd_plain", lambda: call(TIMERFD_CREATE, 1, 0))
operation.add("nanosleep_alarm", lambda: or_no_clock(call, CLOCK_NANOSLEEP, REALTIME_ALARM, 0, struct.pack("qq", 0, 1000), None))


@operation()
def epollwakeup():
    reader, _writer = os.pipe()
    select.epoll().register(reader, select.EPOLLIN | 1 << 29)


@operation()
def adjtimex_offset():
    """Moves the clock by 0."""
    state = ctypes.create_string_buffer(256)
    struct.pack_into("I", state, 0, 0x0100)  # ADJ_SETOFFSET
    checked(libc.adjtimex(state), "adjtimex")
