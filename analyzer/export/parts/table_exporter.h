// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "analyzer/export/parts/check_table.h"
#include "analyzer/words/output_buffer.h"

namespace caprec {

// Writes the table while the trace is read: nothing is kept.  `Rows`: a RowWriter that is made from the text to append
// to.
template <class Rows> class TableExporter : public Exporter {
public:
    using Exporter::on;
    explicit TableExporter(const ExportTarget& target) : out_(target.out), rows_(out_.text()), table_(target) {
        rows_.heading();
    }

    void on(const AnnotatedCheck& check) override {
        table_.write(check, rows_);
        out_.flush_when_large();
    }
    void finish(StreamSummary) override { out_.flush(); }

private:
    OutputBuffer out_;
    Rows rows_;
    CheckTable table_;
};

}  // namespace caprec
