// SPDX-License-Identifier: Apache-2.0
//
// RFC 4180 with a header line, except that lines end with LF.  All text is in quotes, and nothing else is: null is an
// empty field without them.
#include <array>
#include <charconv>

#include "analyzer/export/parts/table_exporter.h"
#include "analyzer/export/writers.h"

namespace caprec {
namespace {

class CsvRows : public RowWriter {
public:
    explicit CsvRows(std::string& text) : text_(text) {}

    void heading() override {
        begin_row();
        for (const TableColumn& column : table_columns())
            next() += column.name;
        end_row();
    }
    void begin_row() override { first_ = true; }
    void null(std::string_view) override { next(); }
    void boolean(std::string_view, bool value) override { next() += value ? "true" : "false"; }
    void number(std::string_view, std::int64_t value) override {
        std::array<char, 24> digits{};
        next().append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
    }
    void text(std::string_view, std::string_view printable) override {
        next() += '"';
        for (std::size_t at; (at = printable.find('"')) != std::string_view::npos; printable.remove_prefix(at + 1))
            text_.append(printable.substr(0, at)) += "\"\"";
        text_.append(printable) += '"';
    }
    void end_row() override { text_ += '\n'; }

private:
    std::string& next() {
        text_ += first_ ? "" : ",";
        first_ = false;
        return text_;
    }

    std::string& text_;
    bool first_ = true;
};

}  // namespace

std::unique_ptr<Exporter> make_csv(const ExportTarget& target) {
    return std::make_unique<TableExporter<CsvRows>>(target);
}

}  // namespace caprec
