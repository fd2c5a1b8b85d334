// SPDX-License-Identifier: Apache-2.0
//
// Rules that hold for every format and every sample.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analyzer/analysis/default_sets.h"
#include "analyzer/emit/notes/container_notes.h"
#include "analyzer/emit/notes/spelling.h"
#include "analyzer/emit/pieces/text_style.h"
#include "schema/words/utf8.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/sample_analysis.h"
#include "tests/golden/sample_formats.h"
#include "tests/golden/test_name.h"

namespace caprec {
namespace {

class Formats : public testing::TestWithParam<std::tuple<Format, NamedSample>> {
protected:
    std::string format() const { return std::string(std::get<0>(GetParam()).name); }
    const NamedSample& sample() const { return std::get<1>(GetParam()); }
    std::string text() const { return written(format(), sample().make()); }
    bool is_json() const { return format() == "json" || format() == "oci"; }
    bool has_comments() const { return !is_json() && format() != "text" && format() != "hex"; }
};

TEST_P(Formats, AreFitForATerminal) {
    const std::string all = text();
    for (std::string_view rest = all; !rest.empty();) {
        const CodePoint point = first_code_point(rest);
        ASSERT_TRUE(point.valid && (point.value == '\n' || !is_unsafe(point.value))) << "at " << rest.substr(0, 40);
        rest.remove_prefix(point.bytes);
    }
    EXPECT_TRUE(all.empty() || all.back() == '\n');
}

TEST_P(Formats, OfJsonAreJson) {
    if (is_json())
        EXPECT_TRUE(nlohmann::json::parse(text()).is_object());
}

TEST_P(Formats, WithCommentsSayIncompleteFirst) {
    if (has_comments()) {
        const std::string opening = format() == "libcap-ng" ? "/*\n * " : "# ";
        EXPECT_EQ(text().starts_with(opening + "INCOMPLETE"), !sample().make().analysis.completeness.complete);
    }
}

// Whoever is given a set learns that something went on unrecorded; scripts that read bare names see it on stderr.
TEST_P(Formats, SaySurvivors) {
    FormatSample with = sample().make();
    if (never_ran(with.analysis.run))
        return;  // there is no set to trust
    if (!with.analysis.run.footer)
        with.analysis.run.footer.emplace();
    with.analysis.run.footer->survivor_count = 2;
    std::ostringstream notes;
    set_notes_text(with.input(), false, notes);
    EXPECT_NE(notes.str().find("2 processes were still running"), std::string::npos) << notes.str();
    const std::string out = written(format(), with);
    if (format() == "json")
        EXPECT_EQ(nlohmann::json::parse(out).at("trace").at("survivor_count"), 2);
    else if (is_json() || has_comments())
        EXPECT_NE(out.find("still running"), std::string::npos) << out;
}

INSTANTIATE_TEST_SUITE_P(
    All, Formats,
    testing::Combine(testing::ValuesIn(std::vector(formats().begin(), formats().end())),
                     testing::ValuesIn(std::vector(format_samples().begin(), format_samples().end()))),
    [](const auto& each) {
        return test_name(std::string(std::get<0>(each.param).name) + '_' + std::get<1>(each.param).name);
    });

// The text without its comments, as a C compiler sees them: what follows a name that ends a comment is left.
std::string without_c_comments(std::string text) {
    for (std::size_t at = text.find("/*"); at != std::string::npos; at = text.find("/*"))
        text.erase(at, text.find("*/", at) + 2 - at);
    return text;
}

// These names are in comments only: whatever they are, the rest stays the same, byte for byte.
TEST(FormatsWithHostileNames, KeepThemInComments) {
    FormatSample tame = hostile_sample(), hostile = hostile_sample();
    RunHeader& header = tame.analysis.run.header;
    header.command = {"sh"};
    header.host_name = header.run_as_user = "x";
    tame.analysis.completeness.problems = {"x"};
    for (CapabilityFinding& finding : tame.analysis.capabilities)
        for (Reason& reason : finding.reasons)
            reason.image = reason.comm = reason.object = reason.site = reason.syscall = "x";
    for (const char* format :
         {"text", "hex", "systemd", "docker", "podman", "compose", "kubernetes", "bwrap", "apparmor"}) {
        EXPECT_EQ(without_comments(written(format, hostile)), without_comments(written(format, tame))) << format;
        EXPECT_NE(written(format, tame), "") << format;
    }
    EXPECT_EQ(without_c_comments(written("libcap-ng", hostile)), without_c_comments(written("libcap-ng", tame)));
}

TEST(FormatsWithHostileNames, NeverEndACComment) {
    const std::string text = written("libcap-ng", hostile_images_sample());
    const std::string code = without_c_comments(text);
    EXPECT_EQ(code.find('*'), std::string::npos) << code;
    EXPECT_EQ(code.find("NoNewPrivileges"), std::string::npos) << code;
}

// A capability that no consumer knows by name is written where numbers will do; elsewhere, the format says that it is
// left out.
TEST(FormatsWithANamelessCapability, WriteItOrSaySo) {
    const FormatSample sample = incomplete_sample();  // it has CAP_41
    for (const char* format : {"systemd", "docker", "podman", "compose", "kubernetes", "bwrap", "apparmor"}) {
        const std::string text = written(format, sample);
        EXPECT_NE(text.find("# Left out below: CAP_41"), std::string::npos) << format;
        EXPECT_EQ(without_comments(text).find("41"), std::string::npos) << format;
    }
    EXPECT_EQ(written("hex", sample), "0000020000000004\n");
    EXPECT_NE(written("setcap", sample).find("setcap cap_dac_read_search,41=ep "), std::string::npos);
    EXPECT_NE(written("setpriv", sample).find("-all,+dac_read_search,+cap_41"), std::string::npos);
    EXPECT_NE(written("libcap-ng", sample).find("CAP_DAC_READ_SEARCH, 41, -1"), std::string::npos);
    const auto oci = nlohmann::json::parse(written("oci", sample));
    EXPECT_EQ(oci["process"]["capabilities"]["bounding"], nlohmann::json::array({"CAP_DAC_READ_SEARCH"}));
    EXPECT_EQ(oci["annotations"]["capanalyze.left-out"], "CAP_41");
}

TEST(FormatTable, FindsByName) {
    ASSERT_EQ(formats().size(), 16u);
    for (const Format& format : formats())
        EXPECT_EQ(find_format(format.name)->write, format.write);
    EXPECT_EQ(find_format("Docker"), nullptr);
    EXPECT_EQ(find_format(""), nullptr);
}

TEST(DefaultSets, AreThoseOfTheEngines) {
    EXPECT_EQ(joined(docker_default().set, Spelling::bare, " "),
              "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD "
              "AUDIT_WRITE SETFCAP");
    EXPECT_EQ(joined(podman_default().set, Spelling::bare, " "),
              "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT SETFCAP");
    EXPECT_EQ(joined(cri_o_default().set, Spelling::bare, " "),
              "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE");
}

CapabilitySet names(std::initializer_list<const char*> list) {
    CapabilitySet set;
    for (const char* name : list)
        set.insert(capability_number(name).value());
    return set;
}

TEST(PodSecurityLevel, IsTheStrictestThatAdmitsTheSet) {
    EXPECT_EQ(pod_security_name(pod_security_level({})), "restricted");
    EXPECT_EQ(pod_security_name(pod_security_level(names({"NET_BIND_SERVICE"}))), "restricted");
    EXPECT_EQ(pod_security_name(pod_security_level(names({"NET_BIND_SERVICE", "MKNOD"}))), "baseline");
    EXPECT_EQ(pod_security_name(pod_security_level(names({"NET_RAW"}))), "privileged");
    EXPECT_EQ(pod_security_name(pod_security_level(CapabilitySet(1ULL << 41))), "privileged");
}

TEST(ComparedWithADefault, SaysBothSides) {
    EXPECT_EQ(compared(cri_o_default().set, docker_default()), "within it; 5 of its 14 are not needed");
    EXPECT_EQ(compared({}, podman_default()), "within it; none of its 11 is needed");
    EXPECT_EQ(compared(docker_default().set, cri_o_default()),
              "not in it: CAP_NET_RAW CAP_SYS_CHROOT CAP_MKNOD CAP_AUDIT_WRITE CAP_SETFCAP; all of its 9 are needed");
}

}  // namespace
}  // namespace caprec
