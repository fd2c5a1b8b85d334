// SPDX-License-Identifier: Apache-2.0
//
// Newline-delimited JSON: one object a line with all columns, in ASCII.
#include <optional>

#include "analyzer/emit/pieces/json_object.h"
#include "analyzer/export/parts/table_exporter.h"
#include "analyzer/export/writers.h"

namespace caprec {
namespace {

class NdjsonRows : public RowWriter {
public:
    explicit NdjsonRows(std::string& text) : text_(text) {}

    void begin_row() override { row_.emplace(text_); }
    void null(std::string_view column) override { row_->null(column); }
    void boolean(std::string_view column, bool value) override { row_->boolean(column, value); }
    void number(std::string_view column, std::int64_t value) override { row_->number(column, value); }
    void text(std::string_view column, std::string_view printable) override { row_->string(column, printable); }
    void end_row() override { row_->end(); }

private:
    std::string& text_;
    std::optional<JsonObject> row_;
};

}  // namespace

std::unique_ptr<Exporter> make_ndjson(const ExportTarget& target) {
    return std::make_unique<TableExporter<NdjsonRows>>(target);
}

}  // namespace caprec
