// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyzer/containers/id_hash.h"
#include "schema/event_rows.h"
#include "schema/trace_reader.h"

namespace caprec {

// Capabilities that threads add to their ambient set one prctl after the other.  A thread that adds all that it holds
// has looked at its sets, or goes on where it is refused: with less, it would have added less.  Whether it does is
// known when the thread does something else.
class AmbientRaises {
public:
    static constexpr std::size_t max_threads = 1u << 12;  // threads that raise at the same time

    explicit AmbientRaises(const TraceReader& reader) : reader_(reader) {}  // keeps a reference

    // True when the row is such a raise, which then waits.
    bool waits(const CredentialChangeRow& row);
    // The raises of the thread so far, when they are all that it held.
    std::vector<CredentialChangeRow> end(std::uint64_t thread);
    std::vector<CredentialChangeRow> end();  // those of all threads

private:
    using Raises = std::vector<CredentialChangeRow>;
    bool of_all_it_held(const Raises& raises) const;

    const TraceReader& reader_;
    std::unordered_map<std::uint64_t, Raises, IdHash> raises_;  // by thread
};

}  // namespace caprec
