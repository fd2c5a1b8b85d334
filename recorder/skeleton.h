// SPDX-License-Identifier: Apache-2.0
//
// The generated BPF skeleton, and the wire structs beside it.  Its folder is a system one to the compiler, which is
// silent about generated code.
#pragma once

#include "bpf/event.h"

#include "capture.skel.h"
