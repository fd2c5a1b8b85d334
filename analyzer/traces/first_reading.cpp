// SPDX-License-Identifier: Apache-2.0
#include "analyzer/traces/first_reading.h"

#include "schema/trace_reader.h"

namespace caprec {

std::optional<StreamSummary> first_reading(Input& input, const ReadOptions& options) {
    if (!input.rewindable())
        return {};
    TraceReader reader(input);
    StreamSummary summary = read_verdicts(reader, options);
    input.rewind();
    return summary;
}

}  // namespace caprec
