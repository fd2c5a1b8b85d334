// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/symbols/unwind/registers.h"
#include "analyzer/symbols/unwind/snapshot.h"

namespace caprec {

// An operation of a DWARF expression (DWARF 5, section 2.5), with its operands decoded.
struct Operation {
    std::uint8_t code = 0;  // DW_OP_*
    std::uint64_t first = 0, second = 0;
    std::uint64_t offset = 0;  // place of the operation in the expression, in bytes: branches lead there
};

struct Expression {
    std::vector<Operation> operations;
    bool is_value = false;  // the result is the value itself; otherwise the address that has it
};

// All that an expression may look at.
struct Machine {
    const RegisterSet& registers;
    const Snapshot& memory;
    std::optional<std::uint64_t> cfa;  // nothing while the CFA itself is computed
};

enum class Evaluation : std::uint8_t { done, no_memory, invalid };

// no_memory: it needs a word outside the snapshot.  The evaluation ends for every expression, even a hostile one.
Evaluation evaluate(const Expression& expression, const Machine& machine, std::uint64_t& result);

}  // namespace caprec
