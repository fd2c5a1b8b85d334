// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace caprec {

// Makes the things that the tests' answers depend on the same on each machine, for this process and those that it
// starts: a /run of its own and /dev/pts as Debian mounts it, umask, language, priority and signals.  Things that only
// root can set stay as they are for others.  Further calls change nothing.
void pin_surroundings();

}  // namespace caprec
