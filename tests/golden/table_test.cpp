// SPDX-License-Identifier: Apache-2.0
//
// The table of `capanalyze export --format csv` and ndjson: both are the same, and keep the promises of docs/tables.md.
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "analyzer/export/export_format.h"
#include "analyzer/export/parts/check_table.h"
#include "analyzer/pipeline/pipeline.h"
#include "tests/golden/run_command.h"
#include "tests/golden/sample_trace.h"
#include "tests/support/memory_stream.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

using OrderedJson = nlohmann::ordered_json;

std::string table_of(const Bytes& trace, const std::string& format, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"--format", format});
    return exported(trace, options).out;
}

// A field of CSV: its text, and whether it stood in quotes.
struct CsvField {
    std::string text;
    bool quoted = false;
};
using CsvRecord = std::vector<CsvField>;

// The grammar of RFC 4180, with LF.
std::vector<CsvRecord> csv_records(const std::string& text) {
    std::vector<CsvRecord> records;
    CsvRecord record;
    for (std::size_t at = 0; at < text.size();) {
        CsvField field;
        if (text[at] == '"') {
            field.quoted = true;
            for (++at; text.at(at) != '"' || text.at(at + 1) == '"'; ++at)
                at += text[at] == '"' ? 1 : 0, field.text += text[at];
            ++at;
        } else {
            for (; text.at(at) != ',' && text[at] != '\n'; ++at)
                field.text += text[at];
        }
        EXPECT_TRUE(text.at(at) == ',' || text[at] == '\n') << "after " << field.text;
        record.push_back(field);
        if (text[at++] == '\n') {
            records.push_back(record);
            record.clear();
        }
    }
    EXPECT_TRUE(record.empty()) << "the last line has no end";
    return records;
}

// The value of a field: text in quotes; null, a number or a boolean without.
OrderedJson value_of(const CsvField& field) {
    if (field.quoted)
        return field.text;
    return field.text.empty() ? OrderedJson() : OrderedJson::parse(field.text);
}

class Table : public testing::TestWithParam<Bytes (*)()> {};

TEST_P(Table, IsTheSameInBothFormats) {
    const std::vector<CsvRecord> records = csv_records(table_of(GetParam()(), "csv"));
    std::istringstream lines(table_of(GetParam()(), "ndjson"));
    ASSERT_GE(records.size(), 1u);
    std::size_t row = 0;
    for (std::string line; std::getline(lines, line);) {
        ASSERT_LT(++row, records.size());
        OrderedJson expected = OrderedJson::object();
        ASSERT_EQ(records[row].size(), records[0].size());
        for (std::size_t column = 0; column < records[0].size(); ++column)
            expected[records[0][column].text] = value_of(records[row][column]);
        EXPECT_EQ(OrderedJson::parse(line).dump(), expected.dump());
    }
    EXPECT_EQ(row + 1, records.size());
}

TEST_P(Table, HasNoEmptyTextAndNoFormula) {
    for (const CsvRecord& record : csv_records(table_of(GetParam()(), "csv"))) {
        for (const CsvField& field : record) {
            if (field.quoted) {
                ASSERT_NE(field.text, "");
                EXPECT_EQ(std::string_view("=+-@").find(field.text[0]), std::string_view::npos) << field.text;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Samples, Table,
                         testing::Values(chown_trace, denied_trace, daemon_trace, lossy_trace, nameless_trace,
                                         idle_trace, hostile_trace, cut_trace, task_trace, caller_trace, real_trace));

TEST(TableHeading, NamesEachColumnOnceWithoutQuotes) {
    const std::vector<CsvRecord> records = csv_records(table_of(idle_trace(), "csv"));
    ASSERT_EQ(records.size(), 1u);
    ASSERT_EQ(records[0].size(), table_columns().size());
    std::set<std::string> names;
    for (const CsvField& field : records[0]) {
        EXPECT_FALSE(field.quoted);
        EXPECT_TRUE(names.insert(field.text).second) << field.text;
    }
    EXPECT_EQ(table_of(idle_trace(), "ndjson"), "");
}

// A thread, its program and the file that it worked on, all with the same hostile name.
Bytes trace_of(const std::string& name) {
    TraceBuilder trace;
    trace.process(1, 0, name);
    trace.exec(1, name, {name});
    CheckRow row = trace.check(1, 0, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    row.object = trace.object(name);
    row.syscall_sequence += 100;
    trace.add(row);
    trace.returns(row, 0);
    return trace.finish();
}

TEST(TableText, IsNoFormulaForASpreadsheet) {
    for (const auto& [name, text] : {std::pair<std::string, std::string>{"=1+1", "\\x3d1+1"},
                                     {"+1", "\\x2b1"},
                                     {"-x", "\\x2dx"},
                                     {"@SUM(A1)", "\\x40SUM(A1)"},
                                     {"\t=1", "\\t=1"},
                                     {"a=1", "a=1"}}) {
        const std::string line = table_of(trace_of(name), "ndjson");
        const OrderedJson row = OrderedJson::parse(line.substr(line.find('\n')));  // the second
        for (const char* column : {"comm", "image", "object"})
            EXPECT_EQ(row.at(column), text) << column;
    }
}

TEST(TableText, IsCut) {
    const std::string line = table_of(trace_of(std::string(100'000, 'x')), "ndjson");
    EXPECT_EQ(OrderedJson::parse(line.substr(0, line.find('\n'))).at("image"),
              std::string(CheckTable::max_text_bytes, 'x'));
    EXPECT_LT(line.size(), 8 * CheckTable::max_text_bytes);
}

TEST(TableFrames, AreChosen) {
    const auto first = [](const std::string& frames) {
        const std::string lines = table_of(caller_trace(), "ndjson", {"--frames", frames});
        return OrderedJson::parse(lines.substr(0, lines.find('\n')));
    };
    EXPECT_TRUE(first("user").at("kernel_stack").is_null());
    EXPECT_FALSE(first("user").at("user_stack").is_null());
    EXPECT_TRUE(first("kernel").at("user_stack").is_null() && first("kernel").at("caller_function").is_null());
    EXPECT_EQ(first("kernel").at("kernel_stack"), "notify_change;setattr_prepare;cap_capable");
}

// Keeps the value that it is given.
class OneCell : public RowWriter {
public:
    void begin_row() override {}
    void null(std::string_view) override { value = nullptr; }
    void boolean(std::string_view, bool given) override { value = given; }
    void number(std::string_view, std::int64_t given) override { value = given; }
    void text(std::string_view, std::string_view given) override { value = given; }
    void end_row() override {}

    OrderedJson value = "nothing came";
};

TEST(TableCell, HasNumbersThatEveryDatabaseHas) {
    OneCell writer;
    Cell cell(writer, "seq");
    cell.number(std::uint64_t{1} << 63);
    EXPECT_EQ(writer.value, OrderedJson());
    cell.number((std::uint64_t{1} << 63) - 1);
    EXPECT_EQ(writer.value, std::numeric_limits<std::int64_t>::max());
    cell.id(0);
    EXPECT_EQ(writer.value, OrderedJson());
    cell.number(0);
    EXPECT_EQ(writer.value, 0);
}

// Rows are written while the trace is read, whatever its size.
TEST(TableExporter, KeepsNoRows) {
    TraceBuilder trace;
    trace.process(1, 0, "a");
    for (int count = 0; count < 2000; ++count)
        trace.check(1, 0, true, "fchownat", {"cap_capable", "setattr_prepare"}, 0);
    const Bytes bytes = trace.finish();
    for (const char* format : {"csv", "ndjson"}) {
        MemorySource source(bytes);
        TraceReader reader(source);
        std::ostringstream out;
        const auto exporter = find_export_format(format)->make({reader, out, "test", nullptr});
        const StreamSummary summary = stream_checks(reader, *exporter, {});
        const std::size_t before = out.str().size();
        EXPECT_GT(before, 100'000u) << format;
        exporter->finish(summary);
        EXPECT_LT(out.str().size() - before, 100'000u) << format;
    }
}

}  // namespace
}  // namespace caprec
