# SPDX-License-Identifier: Apache-2.0
#
# The user stacks of a program at each of its calls of one system call, as gdb sees them.
# usage: gdb -nx -q -batch -ex "python syscall='fchownat'; result='FILE'" -x gdb_truth.py --args COMMAND...
# Writes to FILE a list of stops, each a list of frames, innermost first:
#   {"module": path, "offset": bytes in that file, "function": name or "", "file": base name or "", "line": n or 0,
#    "inlined": true or false}
# Places come from /proc/PID/maps, not from the debug information: it says what is mapped there.
import json
import os

import gdb

# noinspection PyUnresolvedReferences
SYSCALL, RESULT = syscall, result  # noqa: F821


def mappings():
    table = []
    with open("/proc/%d/maps" % gdb.selected_inferior().pid, errors="surrogateescape") as maps:
        for line in maps:
            fields = line.rstrip("\n").split(None, 5)
            start, end = (int(number, 16) for number in fields[0].split("-"))
            table.append((start, end, int(fields[2], 16), fields[5] if len(fields) > 5 else "//anon"))
    return table


def place(table, address):
    for start, end, offset, name in table:
        if start <= address < end:
            return name, address - start + offset
    return "", address


def frames():
    table = mappings()
    stack = []
    frame = gdb.newest_frame()
    while frame is not None and frame.is_valid() and frame.pc() != 0:
        # A call that became a jump has left no frame: gdb makes one up.
        if frame.type() != gdb.TAILCALL_FRAME:
            module, offset = place(table, frame.pc())
            where = frame.find_sal()
            stack.append({"module": module, "offset": offset, "function": frame.name() or "",
                          "file": os.path.basename(where.symtab.filename) if where.symtab else "",
                          "line": where.line if where.symtab else 0,
                          "inlined": frame.type() == gdb.INLINE_FRAME})
        try:
            frame = frame.older()
        except gdb.error:
            break
    return stack


for setting in ("disable-randomization on", "backtrace past-main on", "backtrace limit 300",
                "confirm off", "pagination off", "debuginfod enabled off", "print thread-events off",
                "auto-load off", "follow-fork-mode parent", "detach-on-fork on"):
    gdb.execute("set " + setting, to_string=True)
gdb.execute("catch syscall " + SYSCALL, to_string=True)
gdb.execute("handle all nostop noprint pass", to_string=True)
gdb.execute("run", to_string=True)
stops = []
entered = set()
while gdb.selected_inferior().pid != 0:
    thread = gdb.selected_thread()
    # A catchpoint stops at the entry and at the return of the call.
    if thread.num in entered:
        entered.discard(thread.num)
    else:
        entered.add(thread.num)
        stops.append(frames())
    try:
        gdb.execute("continue", to_string=True)
    except gdb.error as error:  # a thread of a program that ends can be gone before gdb has looked at it
        if "No such process" not in str(error):
            raise
        break
with open(RESULT, "w") as output:
    json.dump(stops, output)
