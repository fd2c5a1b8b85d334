// SPDX-License-Identifier: Apache-2.0
//
// The needs of a program inside a user namespace of its own are found in one recording, and then tried: with just that
// set in there it works, and without any one of its members it does not.
#include <sys/stat.h>

#include <algorithm>
#include <cctype>

#include "tests/live/analyzed.h"

namespace caprec {
namespace {

struct Inside {
    const char* name;
    const char* script;  // for sh, in namespaces of its own; exit status 77: this cannot be tried here
    const char* needs;   // "sys_admin net_raw"
};

constexpr Inside inside_commands[] = {
    {"Mount", "mkdir -p m; mount -t tmpfs none m", "sys_admin"},
    {"HostName", "hostname inside", "sys_admin"},
    {"ChangeRoot", "chroot / true", "sys_chroot"},
    {"LowPort", "ip link set lo up && python3 -c 'import socket; socket.socket().bind((\"127.0.0.1\", 80))'",
     "net_admin net_bind_service"},
    {"RawSocket", "python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)'", "net_raw"},
    {"OwnFile", "rm -f f; touch f; chown 0 f; chmod 600 f", ""},
    {"KeptByCapset", "capsh --caps=cap_chown=ep -- -c true", "chown"},
    {"MadeInheritable", "setpriv --inh-caps +kill true", "kill"},
    {"OfTheFile", "exec ./with_capability", "net_broadcast"},
};

class InsideItsNamespace : public AnalyzedTest, public ::testing::WithParamInterface<Inside> {
protected:
    // The command that runs in new namespaces with the bounding set `set`.
    static std::vector<std::string> in_there(const std::string& set) {
        return {"unshare", "-Urmnu", "setpriv", "--bounding-set", set, "--inh-caps",
                "-all",    "sh",     "-c",      GetParam().script};
    }
    static std::string only(const Names& names, const std::string& but = "") {
        std::string set = "-all";
        for (const std::string& name : names)
            set += name == but ? "" : ",+" + name;
        return set;
    }
    // "net_raw", as setpriv(1) writes them.
    Names given_to_containers(const std::string& trace) const {
        const std::string text = capanalyze({"minimal", "--format", "docker", trace}).out, word = "--cap-add=";
        Names names;
        for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
            std::string name = text.substr(at + word.size(), text.find_first_of(" \n", at) - at - word.size());
            std::ranges::transform(name, name.begin(), [](unsigned char letter) { return std::tolower(letter); });
            names.insert(name);
        }
        return names;
    }
    bool ends_well(const std::vector<std::string>& command) const {
        Launch plan;
        plan.argv = command;
        plan.directory = directory();
        return run(plan).status == 0;
    }
    bool works(const std::string& set) const { return ends_well(in_there(set)); }
};

TEST_P(InsideItsNamespace, TheSetIsWhatItTakes) {
    if (!ends_well({"unshare", "-Urmnu", "true"}))
        GTEST_SKIP() << "no user namespaces here";
    ASSERT_EQ(chmod(directory().c_str(), 0777), 0);
    const std::string copied = "cp /bin/true with_capability && setcap cap_net_broadcast=ep with_capability";
    if (!ends_well({"sh", "-c", copied}))
        GTEST_SKIP() << "no file capabilities here";
    ASSERT_EQ(record(in_there("-sys_time"), {"-u", "nobody"}).ended.status, 0);
    const std::string trace = trace_path(), sum = path("sum.cap");
    ASSERT_EQ(capanalyze({"merge", "-o", sum, trace}).status, 0);
    Names needs;
    for (const std::string& each : {trace, sum}) {
        needs = given_to_containers(each);
        std::string text;
        for (const std::string& name : needs)
            text += (text.empty() ? "" : " ") + name;
        EXPECT_EQ(text, GetParam().needs) << each;
        EXPECT_EQ(minimal(json({"--json", each})), Names{}) << "nothing of the host";
    }
    EXPECT_TRUE(works(only(needs)));
    for (const std::string& name : needs)
        EXPECT_FALSE(works(only(needs, name))) << name;
}

INSTANTIATE_TEST_SUITE_P(All, InsideItsNamespace, ::testing::ValuesIn(inside_commands),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace caprec
