// SPDX-License-Identifier: Apache-2.0
//
// The generated BPF skeleton with the warnings of generated code silenced, and the wire structs beside it.
#pragma once

#include "bpf/event.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "capture.skel.h"
#pragma GCC diagnostic pop
