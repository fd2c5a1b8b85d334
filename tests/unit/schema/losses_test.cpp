// SPDX-License-Identifier: Apache-2.0
#include "schema/losses.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

namespace caprec {
namespace {

// The words between backticks of the cell that begins with these words.
std::vector<std::string> names_in_cell(const std::string& file, const std::string& begin) {
    std::ifstream text(file);
    std::vector<std::string> names;
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with(begin))
            continue;
        for (std::size_t at = line.find('`', begin.size()); at != std::string::npos; at = line.find('`', at + 1)) {
            const std::size_t end = line.find('`', at + 1);
            names.push_back(line.substr(at + 1, end - at - 1));
            at = end;
        }
    }
    return names;
}

TEST(Losses, TheDocumentNamesThemAll) {
    std::vector<std::string> wanted;
    for (const LossKind& kind : loss_kinds)
        wanted.emplace_back(kind.json);
    EXPECT_EQ(names_in_cell(CAPREC_SOURCE_DIR "/docs/json.md", "| `lost` | object |"), wanted);
}

TEST(Losses, FirstSeenKindsAreFeltOnlyWithLostEvents) {
    Losses losses;
    losses.first_seen = 1;
    EXPECT_EQ(felt(losses).first_seen, 0u);
    losses.outcomes = 1;
    EXPECT_EQ(felt(losses).first_seen, 1u);
}

TEST(Losses, ByWeightTheyAreTheSame) {
    EXPECT_EQ(losses_by_weight.front()->count, &Losses::checks);
    EXPECT_EQ(losses_by_weight.back()->count, &Losses::refusals);
}

}  // namespace
}  // namespace caprec
