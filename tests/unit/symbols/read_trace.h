// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <stdexcept>
#include <utility>

#include "analyzer/sites/user_stacks.h"
#include "tests/support/memory_stream.h"

namespace caprec {

// A trace in memory, read to its end.
class ReadTrace {
public:
    explicit ReadTrace(Bytes trace, const FileSearch& search = {})
        : bytes_(std::move(trace)), stacks_(reader_, search) {
        ReadStatus status = reader_.next();
        for (; status != ReadStatus::end && status != ReadStatus::cut; status = reader_.next()) {
            if (status == ReadStatus::files)
                EXPECT_TRUE(reader_.visit_files(stacks_));
            if (status == ReadStatus::damaged)
                throw std::runtime_error(reader_.damage());
        }
        is_whole_ = status == ReadStatus::end;
    }

    const TraceReader& reader() const { return reader_; }
    UserStacks& stacks() { return stacks_; }
    std::uint64_t count() const { return reader_.statistics().user_stacks; }
    bool is_whole() const { return is_whole_; }

private:
    Bytes bytes_;
    MemorySource source_{bytes_};
    TraceReader reader_{source_};
    UserStacks stacks_;
    bool is_whole_ = false;
};

}  // namespace caprec
