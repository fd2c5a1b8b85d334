// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/trace_builder.h"

namespace caprec {

Bytes chown_trace();       // sh -c 'touch f; chown nobody f; nice -n -5 true': complete
Bytes denied_trace();      // a command that fails for want of CAP_NET_BIND_SERVICE, and leaves a survivor
Bytes lossy_trace();       // checks were lost
Bytes cut_trace();         // no footer
Bytes damaged_trace();     // a flipped byte in the last chunk
Bytes hostile_trace();     // comm, argv, paths and symbols that would upset a terminal
Bytes idle_trace();        // no check at all
Bytes unrun_trace();       // a command that is not there
Bytes daemon_trace();      // binds, reads a secret, gives up root, starts a worker that is denied a port: all verdicts
Bytes nameless_trace();    // two checks whose kernel functions have no names
Bytes task_trace();        // threads, an io worker, a pid used twice, a signal, survivors, a start that was lost
Bytes user_stack_trace();  // user stacks, and names of code that is in no file
Bytes caller_trace();      // user stacks with names, lines, inlined calls, and functions that are not known
Bytes real_trace();        // samples/chown-nice.cap, as it was recorded

}  // namespace caprec
