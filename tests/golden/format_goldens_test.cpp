// SPDX-License-Identifier: Apache-2.0
//
// The output of the formats, in golden files that say each thing once: a sentence stands beside the formats and samples
// that have it; the rest stands by format, with the first word of each paragraph in its place; and one sample shows the
// whole.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analyzer/emit/notes/format_input.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/sample_formats.h"
#include "tests/golden/test_name.h"

namespace caprec {
namespace {

class FormatGoldens : public testing::TestWithParam<Format> {
protected:
    std::string format() const { return std::string(GetParam().name); }
};

TEST_P(FormatGoldens, WholeWithOneSample) {
    expect_golden("formats/" + format() + ".incomplete", written(format(), incomplete_sample()));
}

TEST_P(FormatGoldens, CodeOfAllSamples) {
    std::string all;
    for (const NamedSample& sample : format_samples())
        all += "== " + std::string(sample.name) + '\n' + with_short_comments(written(format(), sample.make()));
    expect_golden("formats/" + format(), all);
}

INSTANTIATE_TEST_SUITE_P(All, FormatGoldens, testing::ValuesIn(std::vector(formats().begin(), formats().end())),
                         [](const auto& each) { return test_name(std::string(each.param.name)); });

// The formats and the samples, each in the order of its table, that have a sentence.
struct Users {
    std::vector<std::string_view> formats;
    std::set<std::string_view> samples;
    std::size_t count = 0;
};

TEST(FormatNotes, AreAsExpected) {
    std::map<std::string, Users> sentences;
    std::vector<std::string> order;
    for (const Format& format : formats()) {
        for (const NamedSample& sample : format_samples()) {
            for (const std::string& sentence : comments_of(written(format.name, sample.make()))) {
                const auto [found, is_new] = sentences.try_emplace(sentence);
                if (is_new)
                    order.push_back(sentence);
                Users& users = found->second;
                if (users.formats.empty() || users.formats.back() != format.name)
                    users.formats.push_back(format.name);
                users.samples.insert(sample.name);
                ++users.count;
            }
        }
    }
    std::ostringstream all;
    for (const std::string& sentence : order) {
        const Users& users = sentences.at(sentence);
        all << sentence << "\n    in";
        for (const std::string_view name : users.formats)
            all << ' ' << name;
        all << "\n    of";
        for (const std::string_view name : users.samples)
            all << ' ' << name;
        all << "\n    " << users.count << " times\n";
    }
    expect_golden("formats/notes", all.str());
}

TEST(SetNotes, FollowTheParts) {
    std::ostringstream out;
    for (const NamedSample& sample : format_samples()) {
        const FormatSample made = sample.make();
        out << "== " << sample.name << '\n';
        set_notes_text(made.input(), true, out);
    }
    expect_golden("formats/set-notes", out.str());
}

}  // namespace
}  // namespace caprec
