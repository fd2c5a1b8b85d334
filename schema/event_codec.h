// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tuple>

#include "schema/row_codec.h"
#include "schema/trace_reader.h"

namespace caprec {

// All types of rows, in the order in which trace.capnp numbers them.
template <template <class> class Of>
using EachRow = std::tuple<Of<CheckRow>, Of<OutcomeRow>, Of<CredentialChangeRow>, Of<TaskRow>, Of<ExecRow>, Of<ExitRow>,
                           Of<RenameRow>, Of<MappingRow>, Of<ComparisonRow>, Of<RefusalRow>, Of<CapabilityRequestRow>,
                           Of<PlaceRow>>;

// The events of a chunk that is being written.
class EventBuffer {
public:
    // Enough for the packing to pay; rows of the widest type fill less than half of a chunk.
    static constexpr std::uint32_t max_rows = 8192;

    template <class Row> void add(const Row& row) {
        std::get<RowBuffer<Row>>(types_).add(row);
        ++rows_;
    }

    std::uint32_t rows() const { return rows_; }
    void encode(format::Events::Builder into);
    void clear();

private:
    EachRow<RowBuffer> types_;
    std::uint32_t rows_ = 0;
};

// Calls the visitor for every event, by ascending order over all types.  Returns the fault that stopped it, or nothing.
// Faults in the shape of columns are found before the first call.
std::string visit_rows(format::Events::Reader events, EventVisitor& visitor);

}  // namespace caprec
