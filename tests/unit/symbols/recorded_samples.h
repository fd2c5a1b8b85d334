// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "schema/packed_files.h"
#include "tests/support/memory_stream.h"
#include "tests/unit/symbols/sampled_process.h"

namespace caprec {

// A trace with only these stacks (ids from 1) and the modules of the encoder, as a recorder would write it.
Bytes trace_of(std::span<const UserStack> stacks, const SampleEncoder& encoder, std::span<const FilePart> parts = {},
               std::span<const CodeLines> lines = {});

// The stacks at which a program enters a system call, each once.  Empty: it could not be run or traced.
std::vector<UserStack> stacks_of(const std::vector<std::string>& command, SampleEncoder& encoder);

}  // namespace caprec
