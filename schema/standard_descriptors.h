// SPDX-License-Identifier: Apache-2.0
//
// A program may be started with its descriptors 0 to 2 closed.  The next file that it opens then gets such a number,
// and a message goes into that file.
#pragma once

namespace caprec {

// First thing in main(): what is closed of 0 to 2 becomes /dev/null, for this process alone.  A program that it
// executes finds them closed, as whoever called us left them.
void fill_standard_descriptors();

// Whether it was one of those.  An open descriptor with the close-on-exec flag cannot have come through our exec.
bool was_closed(int descriptor);

}  // namespace caprec
