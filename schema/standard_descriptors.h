// SPDX-License-Identifier: Apache-2.0
//
// A program may be started with its descriptors 0 to 2 closed.  The next file that it opens then gets such a number,
// and a message goes into that file.
#pragma once

namespace caprec {

// To be called first in main(): makes closed descriptors among 0 to 2 /dev/null, for this process alone.  A program
// that it executes finds them closed, as the caller left them.
void fill_standard_descriptors();

// Whether the descriptor was one of those that were closed.  An open descriptor with the close-on-exec flag cannot have
// come through this program's exec.
bool was_closed(int descriptor);

}  // namespace caprec
