// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace caprec {

// What the answers of the tests depend on, the same on each machine, for this process and what it starts: an own /run
// and /dev/pts as Debian mounts it, umask, language, priority and signals.  What only root can set stays as it is for
// others.  More than once is once.
void pin_surroundings();

}  // namespace caprec
