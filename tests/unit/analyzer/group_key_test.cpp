// SPDX-License-Identifier: Apache-2.0
//
// Keys tell groups of checks apart: no two differences of an open check look the same in its key, and fields that go
// into a merged trace come back from it.
#include "analyzer/result/group_key.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "analyzer/follow/kind_facts.h"

namespace caprec {
namespace {

struct Asked {
    CheckRow row;
    CheckTraits traits;
};

struct Difference {
    std::string name;
    void (*make)(Asked&);
};

// One difference for each field that a key is made of, and for each value of the small ones.
std::vector<Difference> differences() {
    return {
        {"none", [](Asked&) {}},
        {"capability", [](Asked& a) { a.row.capability = 1; }},
        {"denied", [](Asked& a) { a.row.result = 1; }},
        {"abi", [](Asked& a) { a.row.abi = 2; }},
        {"syscall", [](Asked& a) { a.row.syscall = 1; }},
        {"key", [](Asked& a) { a.row.key = 1; }},
        {"flags", [](Asked& a) { a.row.flags = 1; }},
        {"object", [](Asked& a) { a.row.object = ObjectId(1); }},
        {"argument", [](Asked& a) { a.row.args[5] = 1; }},
        {"image", [](Asked& a) { a.traits.image = ImageId(1); }},
        {"site", [](Asked& a) { a.traits.site = SiteId(1); }},
        {"error", [](Asked& a) { a.traits.error = 1; }},
        {"outcome", [](Asked& a) { a.traits.outcome = NoOutcome::lost; }},
        {"other outcome", [](Asked& a) { a.traits.outcome = NoOutcome::hook_off; }},
        {"phase", [](Asked& a) { a.traits.phase = Phase::after_drop; }},
        {"tgid", [](Asked& a) { a.traits.tgid = 1; }},
        {"rule", [](Asked& a) { a.traits.judgement.rule = RuleId(1); }},
        {"any of", [](Asked& a) { a.traits.judgement.any_of.insert(1); }},
        {"inside", [](Asked& a) { a.traits.judgement.inside = RuleId(); }},
        {"other inside", [](Asked& a) { a.traits.judgement.inside = RuleId(1); }},
        {"by choice", [](Asked& a) { a.traits.judgement.by_choice = true; }},
        {"denied before", [](Asked& a) { a.traits.around.denied_before.insert(0); }},
        {"granted after", [](Asked& a) { a.traits.around.granted_after.insert(0); }},
        {"denied after", [](Asked& a) { a.traits.around.denied_after.insert(0); }},
        {"asked again", [](Asked& a) { a.traits.around.asked_again = true; }},
        {"given up", [](Asked& a) { a.traits.around.given_up = GivenUp::by_set_id; }},
        {"given up by capset", [](Asked& a) { a.traits.around.given_up = GivenUp::by_capset; }},
        {"given up by namespace", [](Asked& a) { a.traits.around.given_up = GivenUp::by_namespace; }},
        {"acknowledged", [](Asked& a) { a.traits.around.acknowledgement = Acknowledgement::done; }},
        {"refused", [](Asked& a) { a.traits.around.acknowledgement = Acknowledgement::refused; }},
        {"names nothing", [](Asked& a) { a.traits.around.names_nothing = true; }},
        {"returned nothing", [](Asked& a) { a.traits.around.returned_nothing = true; }},
        {"credential after", [](Asked& a) { a.traits.around.credential_after = CredentialId(1); }},
        {"own", [](Asked& a) { a.traits.around.whose = Whose::own; }},
        {"of another", [](Asked& a) { a.traits.around.whose = Whose::other; }},
        {"held more", [](Asked& a) { a.traits.around.held_more.insert(0); }},
    };
}

GroupKey key_with(const Difference& difference) {
    Asked asked;
    asked.row.abi = 1;
    asked.traits.open = true;
    asked.traits.source = SiteSource::ambiguous;
    difference.make(asked);
    return group_key_of(asked.row, asked.traits);
}

TEST(GroupKeyOfAnOpenCheck, TellsEveryDifference) {
    const std::vector<Difference> all = differences();
    const GroupKeyHash hash;
    for (const Difference& one : all) {
        for (const Difference& other : all) {
            const bool same = one.name == other.name;
            EXPECT_EQ(key_with(one) == key_with(other), same) << one.name << ", " << other.name;
            EXPECT_EQ(hash(key_with(one)) == hash(key_with(other)), same) << one.name << ", " << other.name;
        }
    }
}

TEST(SurroundingsOfAKind, ComeBackFromItsRow) {
    for (const Difference& difference : differences()) {
        Asked asked;
        difference.make(asked);
        asked.traits.around.credential_after = {};  // an id: another trace gives its own
        KindRow row;
        set_around(row, asked.traits.around);
        EXPECT_EQ(around_of(row), asked.traits.around) << difference.name;
    }
}

}  // namespace
}  // namespace caprec
