// SPDX-License-Identifier: Apache-2.0
//
// How foreign files are read, word by word: a flag that is taken for the image, or a key that nobody reads, gives an
// answer that is wrong and looks right.
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "analyzer/policy/policy_formats.h"
#include "analyzer/policy/run_options.h"
#include "tests/unit/analyzer/foreign_policy.h"

namespace caprec {
namespace {

constexpr CapabilitySet chown_alone(1), none;

ParsedPolicy parsed_as(std::string_view format, const std::string& text) {
    for (const PolicyFormat& row : policy_formats())
        if (row.name == format)
            return parse_policy({text, "f", ""}, &row);
    return parse_policy({text, "f", ""});
}

TEST(RunOptions, AreWholeAndOfOneKind) {
    std::set<std::string_view> names;
    for (const RunOption kind : {RunOption::no_value, RunOption::value}) {
        for (const std::string_view name : run_options(kind)) {
            EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
            EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), name.npos) << name;
            EXPECT_FALSE(name.empty() || name.starts_with('-') || name.ends_with('-')) << name;
            EXPECT_EQ(run_option(name), kind) << name;
        }
    }
    for (const char letter : std::string_view("acehlmpuvw"))
        EXPECT_EQ(run_option(long_name(letter)), RunOption::value) << letter;
    for (const char letter : std::string_view("diPqt"))
        EXPECT_EQ(run_option(long_name(letter)), RunOption::no_value) << letter;
    EXPECT_EQ(run_option(""), RunOption::unknown);
}

// A flag that is read wrongly hides those after it.
TEST(RunOptions, NoneHidesWhatFollows) {
    for (const std::string command : {"docker", "podman"}) {
        for (const std::string_view name : run_options(RunOption::value)) {
            if (name.starts_with("cap-") || name == "user" || name == "userns")
                continue;
            const std::string text = command + " run --" + std::string(name) + " 1000 --cap-drop ALL x\n";
            const ParsedPolicy parsed = parse_policy({text, "f", ""});
            EXPECT_EQ(problems_of(parsed), "") << text;
            for (const PolicyRule& rule : parsed.policy.rules)
                EXPECT_TRUE(rule.capabilities.empty()) << text;
        }
    }
}

struct Reading {
    const char* format;  // empty: the text tells
    std::string text;
    CapabilitySet allowed;
};

const Reading readings[] = {
    // where the flags end
    {"", "docker run -h web --cap-drop ALL x\n", none},
    {"", "docker run --hostname web --cap-drop ALL x\n", none},
    {"", "docker run --cpu-period 1000 --memory-swap 1g --device-write-bps /dev/a:1 --cap-drop ALL x\n", none},
    {"", "docker run --cgroup-parent a --hosts-file b --shm-size-systemd c --no-hostname --cap-drop ALL x\n", none},
    {"", "docker run 2>&1 --cap-drop ALL x\n", none},
    {"", "docker run > /tmp/log --cap-drop ALL x\n", none},
    {"", "docker run >>/tmp/log <in 2> err &>all >&2 --cap-drop ALL x\n", none},
    {"", "docker run {fd}>log --cap-drop ALL x\n", none},
    {"", "docker run --env-file <(echo a; echo b) --cap-drop ALL x\n", none},
    {"", "docker run --cap-drop ALL x >log --privileged\n", none},
    {"", "docker run --cap-drop ALL -- x --privileged\n", none},
    {"", "docker run --name 2 --cap-drop ALL x \"$@\"\n", none},
    {"", "docker run -e N=${#args[@]} -e M=\"$*\" --cap-drop ALL x\n", none},
    // options of docker and podman themselves
    {"", "sudo docker --context prod run -d --cap-drop=ALL x\n", none},
    {"", "docker -H x -D -l debug --tls --config=c container run --cap-drop ALL x\n", none},
    {"", "podman --log-level debug --root /r --url u --remote run --cap-drop ALL x\n", none},
    // flags alone
    {"", "-u 1000 --cap-drop ALL\n", none},
    {"docker", "-u 1000 -it\n", none},
    {"podman", "--cap-drop all\n", none},
    // who runs
    {"", "podman run --userns=keep-id --cap-add chown x\n", chown_alone},
    {"", "podman run --userns=keep-id --rm x\n", none},
    {"", "podman run --userns keep-id:uid=0,gid=0 --cap-drop all --cap-add chown x\n", chown_alone},
    {"", "podman run --userns=keep-id -u 0 --cap-drop all --cap-add chown x\n", chown_alone},
    // systemd
    {"", "[Service]\nExecStart=/usr/bin/x\nDynamicUser=False\nPrivateUsers=OFF\n", every},
    {"", "[Service]\nDynamicUser=YES\n", none},
    {"", "[Service]\nSecureBits=noroot-locked keep-caps\n", every},
    {"", "\xef\xbb\xbf[Service]\nCapabilityBoundingSet=CAP_CHOWN\n", chown_alone},
    {"", "\xef\xbb\xbf# capabilities policy 1\nallow * chown\n", chown_alone},
    {"", "[Service]\nCapabilityBoundingSet=CAP_CHOWN\n[X-Own]\nCapabilityBoundingSet=\n", chown_alone},
    {"", "# /lib/a.service\n[Service]\nUser=app\n# /etc/a.service.d/b.conf\n[Service]\nUser=\n", every},
    // Compose
    {"", "{\"services\": {\"web\": {\"image\": \"x\", \"cap_drop\": [\"ALL\"]}}}\n", none},
    {"", "{\n  \"name\": \"a\",\n  \"services\": {\n    \"web\": {\"cap_drop\": [\"ALL\"]}\n  }\n}\n", none},
    {"", "\"services\":\n  web:\n    cap_drop: [ALL]\n", none},
    // podman takes these, whatever docker thinks of them
    {"", "podman run --cap-drop all --cap-drop chown --cap-add chown x\n", chown_alone},
    {"", "podman run --cap-drop chown --cap-add chown --privileged x\n", every},
};

TEST(ForeignPolicyReading, FlagsEndAtTheImage) {
    for (const Reading& row : readings) {
        const ParsedPolicy parsed = parsed_as(row.format, row.text);
        EXPECT_EQ(problems_of(parsed), "") << row.text;
        CapabilitySet allowed;
        for (const PolicyRule& rule : parsed.policy.rules)
            allowed |= rule.capabilities;
        EXPECT_EQ(allowed.bits(), row.allowed.bits()) << row.text;
    }
}

struct WordMistake {
    const char* format;
    std::string text, problem;
};

const WordMistake word_mistakes[] = {
    {"", "docker run \"${args[@]}\" x\n",
     "f:1: what ${args[@]} becomes is not known here, and it may be flags; write them out\n"},
    {"", "docker run --rm \"$@\"\n", "f:1: what $@ becomes is not known here, and it may be flags; write them out\n"},
    {"", "docker run -e \"${@:2}\" x\n",
     "f:1: what ${@:2} becomes is not known here, and it may be flags; write them out\n"},
    {"", "docker run --privileged\n", "f:1: names no image: where its flags end is not known here\n"},
    {"", "docker run --cap-drop ALL --\n", "f:1: names no image: where its flags end is not known here\n"},
    {"", "podman run \\\n --cap-drop chown --cap-add chown x\n", "f:2: podman refuses to add and to drop CAP_CHOWN\n"},
    {"", "podman run --cap-drop all --cap-add all x\n", "f:1: podman refuses to add ALL and to drop ALL\n"},
    {"docker", "- CHOWN\n", "f:0: has no command 'docker run'\n"},
    {"",
     "docker run a;docker run b;docker run c;docker run d;docker run e;docker run f;docker run g;docker run h;"
     "docker run i;docker run j;docker run k;docker run l\n",
     "f:0: has more than one 'docker run' of that name; --service NAME chooses one by --name or image: a, b, c, d, e, "
     "f, g, h, i, j, ...\n"},
    // systemd
    {"", "[Unit]\n[Container]\nImage=x\nDropCapability=all\n[Service]\nRestart=always\n",
     "f:2: [Container] is a section of Podman Quadlet, whose settings are not understood; check the 'podman run' of "
     "the unit that Quadlet makes of it\n"},
    {"", "[Socket]\nCapabilityBoundingSet=CAP_KILL\n[Service]\n",
     "f:1: [Socket] is a section of another kind of unit, whose settings are not understood\n"},
    {"", "[Unit]\n[Service\n", "f:2: begins a section, and has no ] at its end\n"},
    {"", "# /etc/a.service\n[Service]\nUser=nobody\n# /etc/b.service\n[Service]\nUser=root\n",
     "/etc/b.service:1: is more than one unit, a.service and b.service; check one after the other\n"},
    {"", "# /etc/a.service\n", "f:0: is a masked unit, which is never started\n"},
    {"", "# Unit a.service is masked.\n", "f:0: is a masked unit, which is never started\n"},
    // keys that nobody reads
    {"", "services:\n  web:\n    cap-drop: [ALL]\n    User: '1'\n    capabilities: {drop: [ALL]}\n",
     "f:3: 'cap-drop' is not read there: write cap_drop\n"
     "f:4: 'User' is not read there: write user\n"
     "f:5: 'capabilities' is not read there: write cap_add and cap_drop\n"},
    {"", "x: &x {cap-drop: [ALL]}\nservices:\n  web:\n    <<: [*x, *x]\n",
     "f:1: 'cap-drop' is not read there: write cap_drop\n"},
    {"", "services:\n  web:\n    deploy: {cap_drop: [ALL]}\n",
     "f:3: 'cap_drop' is not read there: it belongs to the service\n"},
    {"", "services:\n  web: {image: x}\n  cap_drop: [ALL]\ncap_add: [ALL]\n",
     "f:3: 'cap_drop' is not read there: it belongs into a service\n"
     "f:4: 'cap_add' is not read there: it belongs into a service\n"},
    {"", "kind: Pod\nspec:\n  containers:\n  - name: web\n    capabilities: {drop: [ALL]}\n",
     "f:5: 'capabilities' is not read there: it belongs into securityContext\n"},
    {"", "kind: Pod\nspec:\n  containers:\n  - securitycontext: {privileged: true}\n",
     "f:4: 'securitycontext' is not read there: write securityContext\n"},
    {"", "kind: Pod\nspec:\n  securityContext: {capabilities: {drop: [ALL]}}\n  containers:\n  - name: web\n",
     "f:3: 'capabilities' is not read there: it belongs into the securityContext of the container\n"},
    {"",
     "kind: Pod\nspec:\n  containers:\n  - securityContext:\n      drop: [ALL]\n      runasuser: 1\n"
     "      capabilities: {Drop: [ALL], cap_add: [KILL]}\n",
     "f:5: 'drop' is not read there: it belongs into capabilities\n"
     "f:6: 'runasuser' is not read there: write runAsUser\n"
     "f:7: 'Drop' is not read there: write drop\n"
     "f:7: 'cap_add' is not read there: write add\n"},
    // files of no known kind
    {"", "No files found for a.service.\nx\n", "f:0: is of no known kind; --policy-format NAME says which\n"},
    {"", "web:\n  image: x\n  command: /bin/x -k\n", "f:0: is of no known kind; --policy-format NAME says which\n"},
};

TEST(ForeignPolicyReading, WhatIsNotReadIsSaid) {
    for (const WordMistake& row : word_mistakes)
        EXPECT_EQ(problems_of(parsed_as(row.format, row.text)), row.problem) << row.text;
}

struct Condition {
    std::string text, words;
};

TEST(ForeignPolicyReading, SaysWhatElseDecides) {
    const Condition conditions[] = {
        {"[Service]\nExecStart=-/usr/bin/docker run x\n",
         "ExecStart=, in line 2 of f, runs docker: what its container can use is said by the flags there, not by this "
         "unit"},
        {"[Service]\nExecStart=podman run x\n",
         "ExecStart=, in line 2 of f, runs podman: what its container can use is said by the flags there, not by this "
         "unit"},
        {"[Service]\nExecStart=/bin/sh -c 'exec /usr/bin/docker run x'\n",
         "ExecStart=, in line 2 of f, runs docker: what its container can use is said by the flags there, not by this "
         "unit"},
        {"[Service]\nSystemCallFilter=@system-service\nSystemCallFilter=~@privileged\n",
         "SystemCallFilter=, in line 3 of f, may refuse system calls that a capability allows"},
    };
    for (const Condition& row : conditions) {
        const ParsedPolicy parsed = parse_policy({row.text, "f", ""});
        EXPECT_EQ(problems_of(parsed), "");
        ASSERT_FALSE(parsed.policy.assumptions.empty());
        EXPECT_EQ(parsed.policy.assumptions.back(), row.words);
    }
    for (const std::string text :
         {"[Service]\nSystemCallFilter=a\nSystemCallFilter=\n", "[Service]\nExecStart=x --to docker\n"})
        EXPECT_EQ(parse_policy({text, "f", ""}).policy.assumptions.size(), 1u) << text;
    EXPECT_EQ(problems_of(parse_policy({"", "a.service", ""})),
              "a.service:0: is empty: most likely a masked unit, which is never started\n");
}

// None of these texts takes more than a few milliseconds; each once took half a minute.
TEST(ForeignPolicyReading, TakesNoLongerThanTheText) {
    std::string words, stars;
    while (words.size() < PolicyText::max_bytes - 100)
        words += "-/docker ";
    stars = "allow /" + std::string(32000, '*') + "x chown\n";
    const auto start = std::chrono::steady_clock::now();
    parse_policy({words, "f", ""});
    const ParsedPolicy parsed = parse_policy({stars, "f", ""});
    ASSERT_EQ(problems_of(parsed), "");
    EXPECT_FALSE(parsed.policy.rules[0].programs.matches("/" + std::string(4000, 'a')));
    EXPECT_TRUE(parsed.policy.rules[0].programs.matches("/" + std::string(4000, 'a') + "/x"));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace caprec
