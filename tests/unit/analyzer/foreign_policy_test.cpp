// SPDX-License-Identifier: Apache-2.0
// The capabilities that a process can use by units, manifests and the like, and the setting that is named for taking
// away those that it cannot use.
#include <gtest/gtest.h>

#include "analyzer/analysis/default_sets.h"
#include "analyzer/compare/policy_check.h"
#include "analyzer/policy/policy_formats.h"
#include "tests/unit/analyzer/foreign_policy.h"

namespace caprec {
namespace {

CapabilitySet set_of(std::initializer_list<const char*> names) {
    CapabilitySet set;
    for (const char* name : names)
        set.insert(capability_number(name).value());
    return set;
}

CapabilitySet allowed_by(const Policy& policy) {
    CapabilitySet set;
    for (const PolicyRule& rule : policy.rules) {
        EXPECT_TRUE(rule.programs.is_every());
        EXPECT_TRUE((set & rule.capabilities).empty()) << "from two lines";
        set |= rule.capabilities;
    }
    return set;
}

struct PolicyRow {
    const char* what;
    const char* format;
    std::string text;
    CapabilitySet allowed;
    const char* service = "";
};

const std::string pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    securityContext:\n";
const CapabilitySet docker = docker_default().set, podman = podman_default().set, cri = cri_o_default().set;

std::vector<PolicyRow> policy_rows() {
    return {
        // systemd: root has the bounding set
        {"no setting", "systemd", "[Service]\nExecStart=/bin/x\n", every},
        {"one line", "systemd", "[Service]\nCapabilityBoundingSet=CAP_CHOWN cap_kill\n", set_of({"chown", "kill"})},
        {"lines add up", "systemd", "[Service]\nCapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=CAP_KILL\n",
         set_of({"chown", "kill"})},
        {"~ takes away", "systemd",
         "[Service]\nCapabilityBoundingSet=CAP_CHOWN CAP_KILL\nCapabilityBoundingSet=~CAP_KILL\n", set_of({"chown"})},
        {"~ first", "systemd", "[Service]\nCapabilityBoundingSet=~CAP_KILL\n", every - set_of({"kill"})},
        {"empty resets", "systemd", "[Service]\nCapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=\n", {}},
        {"after a reset", "systemd",
         "[Service]\nCapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=\nCapabilityBoundingSet=CAP_KILL\n",
         set_of({"kill"})},
        {"~ alone", "systemd", "[Service]\nCapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=~\n", every},
        {"numbers", "systemd", "[Service]\nCapabilityBoundingSet=0 5\n", set_of({"chown", "kill"})},
        {"a continued line", "systemd", "[Service]\nCapabilityBoundingSet=CAP_CHOWN \\\n# no\n  CAP_KILL\n",
         set_of({"chown", "kill"})},
        {"a backslash that continues nothing",
         "systemd",
         "[Service]\nCapabilityBoundingSet=CAP_CHOWN\nX=\\ "
         "\nCapabilityBoundingSet=CAP_KILL\nY=\\\\\nPrivateUsers=yes\n",
         {}},
        {"another section", "systemd", "[Service]\n[Install]\nCapabilityBoundingSet=CAP_CHOWN\n", every},
        {"root by name", "systemd", "[Service]\nUser=root\nCapabilityBoundingSet=CAP_CHOWN\n", set_of({"chown"})},
        {"settings that take away", "systemd",
         "[Service]\nPrivateDevices=yes\nProtectClock=1\nProtectKernelModules=true\nProtectKernelLogs=on\n",
         every - set_of({"mknod", "sys_rawio", "sys_time", "wake_alarm", "sys_module", "syslog"})},
        // systemd: others have the ambient set
        {"a user", "systemd", "[Service]\nUser=app\nCapabilityBoundingSet=CAP_CHOWN\n", {}},
        {"a user, ambient", "systemd", "[Service]\nUser=app\nAmbientCapabilities=CAP_CHOWN\n", set_of({"chown"})},
        {"ambient beyond bounding", "systemd",
         "[Service]\nUser=app\nCapabilityBoundingSet=CAP_KILL\nAmbientCapabilities=CAP_CHOWN CAP_KILL\n",
         set_of({"kill"})},
        {"ambient with ~", "systemd", "[Service]\nUser=app\nAmbientCapabilities=~CAP_CHOWN\n",
         every - set_of({"chown"})},
        {"ambient that is empty begins anew", "systemd",
         "[Service]\nUser=app\nAmbientCapabilities=CAP_CHOWN\nAmbientCapabilities=~CAP_CHOWN\n"
         "AmbientCapabilities=~CAP_KILL\n",
         every - set_of({"kill"})},
        {"a bounding set that is empty stays so",
         "systemd",
         "[Service]\nCapabilityBoundingSet=CAP_CHOWN\nCapabilityBoundingSet=~CAP_CHOWN\nCapabilityBoundingSet=~CAP_"
         "KILL\n",
         {}},
        {"root does not need ambient", "systemd",
         "[Service]\nCapabilityBoundingSet=CAP_KILL CAP_CHOWN\nAmbientCapabilities=CAP_CHOWN\n",
         set_of({"kill", "chown"})},
        {"dynamic user", "systemd", "[Service]\nDynamicUser=yes\n", {}},
        {"user reset", "systemd", "[Service]\nUser=app\nUser=\n", every},
        {"noroot", "systemd", "[Service]\nSecureBits=keep-caps noroot\nSecureBits=keep-caps\n", {}},
        {"private users", "systemd", "[Service]\nPrivateUsers=yes\n", {}},
        {"a drop-in", "systemd",
         "# /lib/systemd/system/a.service\n[Service]\nUser=app\n\n# /etc/systemd/system/a.service.d/b.conf\n[Service]\n"
         "AmbientCapabilities=CAP_KILL\n",
         set_of({"kill"})},
        // Compose
        {"the default", "compose", "services:\n  a:\n    image: x\n", docker},
        {"add and drop", "compose",
         "services:\n  a:\n    cap_add: [NET_ADMIN]\n    cap_drop:\n    - CAP_CHOWN\n    - kill\n",
         (docker | set_of({"net_admin"})) - set_of({"chown", "kill"})},
        {"drop all", "compose", "services:\n  a:\n    cap_drop: [all]\n    cap_add: [chown]\n", set_of({"chown"})},
        {"add all", "compose", "services:\n  a:\n    cap_add: [ALL]\n    cap_drop: [chown]\n",
         every - set_of({"chown"})},
        {"added and dropped", "compose", "services:\n  a:\n    cap_add: [chown]\n    cap_drop: [chown]\n", docker},
        {"privileged", "compose", "services:\n  a:\n    privileged: true\n    cap_drop: [ALL]\n", every},
        {"not privileged", "compose", "services:\n  a:\n    privileged: false\n", docker},
        {"a user", "compose", "services:\n  a:\n    user: '1000:0'\n    cap_add: [chown]\n", {}},
        {"root", "compose", "services:\n  a:\n    user: \"0:5\"\n", docker},
        {"who is not known", "compose", "services:\n  a:\n    user: ${WHO}\n    privileged: true\n", {}},
        {"merged", "compose", "x-safe: &safe\n  cap_drop: [ALL]\nservices:\n  a:\n    <<: *safe\n    cap_add: [kill]\n",
         set_of({"kill"})},
        {"merged lists", "compose",
         "x-a: &a {user: app}\nx-b: &b {cap_drop: [ALL], cap_add: [kill], user: root}\nservices:\n  a:\n    <<: [*b, "
         "*a]\n",
         set_of({"kill"})},
        {"one of several", "compose", "services:\n  a: {privileged: true}\n  b: {cap_drop: [ALL]}\n", {}, "b"},
        // docker run
        {"the default", "docker", "docker run nginx\n", docker},
        {"flags", "docker", "sudo docker run --rm -it --cap-drop=ALL --cap-add CHOWN -p 80:80 nginx\n",
         set_of({"chown"})},
        {"of the command", "docker", "docker run --cap-drop=ALL nginx --cap-add=CHOWN --privileged\n", {}},
        {"continued", "docker", "docker run \\\n  --cap-drop ALL \\\n  --cap-add 'kill' \\\n  x\n", set_of({"kill"})},
        {"privileged", "docker", "/usr/bin/docker container run -d --privileged x\n", every},
        {"not privileged", "docker", "docker run --privileged=false x\n", docker},
        {"a user", "docker", "docker run -u1000 --cap-add ALL x\n", {}},
        {"root", "docker", "docker run --user=root x\n", docker},
        {"flags alone", "docker", "# a comment\n--cap-drop=ALL --cap-add=CHOWN\n", set_of({"chown"})},
        {"by name", "docker", "docker run --privileged a\ndocker run --name b --cap-drop ALL c\n", {}, "b"},
        {"by image", "docker", "docker run --privileged a && docker run --cap-drop ALL c sh\n", {}, "c"},
        {"an image in quotes", "docker", "docker run --cap-drop ALL \"$IMAGE\" --privileged\n", {}},
        // podman run
        {"the default", "podman", "podman run x\n", podman},
        {"a user has what is added", "podman", "podman run --user 5 --cap-add chown,kill x\n",
         set_of({"chown", "kill"})},
        {"and not what is there", "podman", "podman run --user 5 --privileged x\n", {}},
        {"privileged or not", "podman", "podman run --user 5 --privileged --cap-add kill x\n", set_of({"kill"})},
        // Kubernetes
        {"the default", "kubernetes", pod + "      privileged: false\n", cri},
        {"drop and add", "kubernetes", pod + "      capabilities: {drop: [ALL], add: [CHOWN]}\n", set_of({"chown"})},
        {"dropping comes last", "kubernetes", pod + "      capabilities: {add: [CHOWN, KILL], drop: [CHOWN]}\n",
         cri - set_of({"chown"})},
        {"add all, drop one", "kubernetes", pod + "      capabilities: {add: [ALL], drop: [CHOWN]}\n",
         every - set_of({"chown"})},
        {"privileged", "kubernetes", pod + "      privileged: true\n", every},
        {"not root", "kubernetes", pod + "      runAsNonRoot: true\n      capabilities: {add: [CHOWN]}\n", {}},
        {"a user", "kubernetes", pod + "      runAsUser: 1000\n      privileged: true\n", {}},
        {"the user of the pod",
         "kubernetes",
         "kind: Pod\nspec:\n  securityContext: {runAsUser: 7}\n  containers: [{name: a}]\n",
         {}},
        {"that of the container first", "kubernetes",
         "kind: Pod\nspec:\n  securityContext: {runAsUser: 7}\n  containers:\n  - name: a\n    securityContext: "
         "{runAsUser: 0}\n",
         cri},
        {"a deployment",
         "kubernetes",
         "kind: Service\n---\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {containers: [{name: a, "
         "securityContext: {capabilities: {drop: [ALL]}}}]}}}\n",
         {}},
        {"a cron job", "kubernetes",
         "kind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, "
         "securityContext: {privileged: true}}]}}}}}\n",
         every},
        {"an init container", "kubernetes",
         "kind: Pod\nspec: {containers: [{name: a}], initContainers: [{name: b, securityContext: {privileged: "
         "true}}]}\n",
         every, "b"},
        {"by workload", "kubernetes",
         "kind: List\nitems:\n- {kind: Pod, metadata: {name: p}, spec: {containers: [{name: a}]}}\n"
         "- {kind: Pod, metadata: {name: q}, spec: {containers: [{name: a, securityContext: {privileged: true}}]}}\n",
         every, "q/a"},
        // OCI
        {"root has bounding", "oci",
         "{\"process\":{\"user\":{\"uid\":0},\"capabilities\":{\"bounding\":[\"CAP_CHOWN\"],\"effective\":[]}}}",
         set_of({"chown"})},
        {"with tabs", "oci",
         "{\n\t\"process\": {\n\t\t\"args\": [\"a\\u003cb\"],\n\t\t\"capabilities\": {\n\t\t\t\"bounding\": [\n\t\t\t\t"
         "\"CAP_KILL\"\n\t\t\t]\n\t\t}\n\t}\n}\n",
         set_of({"kill"})},
        {"no new privileges, not even for root", "oci",
         "{\"process\":{\"noNewPrivileges\":true,\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_KILL\"],"
         "\"permitted\":[\"CAP_KILL\"]}}}",
         set_of({"kill"})},
        {"none is none", "oci", "{\"process\":{\"user\":{\"uid\":0}}}", {}},
        {"others have ambient", "oci",
         "{\"process\":{\"user\":{\"uid\":5},\"capabilities\":{\"bounding\":[\"CAP_CHOWN\",\"CAP_KILL\"],\"permitted\":"
         "[\"CAP_CHOWN\",\"CAP_KILL\"],\"inheritable\":[\"CAP_CHOWN\"],\"ambient\":[\"CAP_CHOWN\",\"CAP_KILL\"]}}}",
         set_of({"chown"})},
    };
}

TEST(ForeignPolicy, SaysWhatCanBeUsed) {
    for (const PolicyRow& row : policy_rows()) {
        SCOPED_TRACE(std::string(row.format) + ": " + row.what);
        const ParsedPolicy parsed = parse_policy({row.text, "f", row.service});
        EXPECT_EQ(problems_of(parsed), "");
        EXPECT_EQ(parsed.policy.format, row.format);
        EXPECT_EQ(allowed_by(parsed.policy).bits(), row.allowed.bits());
    }
}

// Whatever cannot be used, somebody takes away.
TEST(ForeignPolicy, EachRefusalHasAReason) {
    for (const PolicyRow& row : policy_rows()) {
        const ParsedPolicy parsed = parse_policy({row.text, "f", row.service});
        CapabilitySet refused;
        for (const PolicyRefusal& refusal : parsed.policy.refusals)
            refused |= refusal.capabilities;
        EXPECT_EQ((every - allowed_by(parsed.policy) - refused).bits(), 0u) << row.format << ": " << row.what;
    }
}

// The file does not say who the user is, and the answer depends on it.
TEST(ForeignPolicy, SaysThatTheUserIsNotKnown) {
    for (const PolicyRow& row : policy_rows()) {
        const ParsedPolicy parsed = parse_policy({row.text, "f", row.service});
        if (std::string_view(row.what) == "the default") {
            ASSERT_FALSE(parsed.policy.assumptions.empty()) << row.format;
            EXPECT_TRUE(parsed.policy.assumptions[0].starts_with("no user is named")) << row.format;
        }
    }
}

struct Place {
    const char* capability;
    std::string text, said;
};

TEST(ForeignPolicy, NamesTheLineThatLacksIt) {
    const Place places[] = {
        {"chown", "[Service]\n\nCapabilityBoundingSet=CAP_KILL\n", "f:3: CapabilityBoundingSet= lacks {"},
        {"chown", "[Service]\nCapabilityBoundingSet=~CAP_CHOWN\n", "f:2: CapabilityBoundingSet=~ takes { away"},
        {"mknod", "[Service]\nPrivateDevices=yes\n", "f:2: PrivateDevices=yes takes { away"},
        {"chown", "[Service]\nUser=app\nAmbientCapabilities=CAP_KILL\n",
         "f:3: User=app: without root only AmbientCapabilities= gives capabilities, which lacks {"},
        {"chown", "[Service]\nUser=app\n",
         "f:2: User=app: without root only AmbientCapabilities= gives capabilities, and it is not set: add {"},
        {"chown", "# /lib/a.service\n[Service]\nUser=app\n# /etc/b.conf\n[Service]\n\nAmbientCapabilities=CAP_KILL\n",
         "/etc/b.conf:3: User=app: without root only AmbientCapabilities= gives capabilities, which lacks {"},
        {"chown", "services:\n  a:\n    cap_drop:\n    - KILL\n    - CHOWN\n", "f:5: cap_drop drops {"},
        {"chown", "services:\n  a:\n    cap_drop:\n    - ALL\n    cap_add:\n    - KILL\n", "f:6: cap_add lacks {"},
        {"bpf", "services:\n  a:\n    image: x\n",
         "f:3: { is not in the default of Docker and containerd: cap_add must have it"},
        {"chown", "docker run \\\n  --user app x\n",
         "f:2: --user app: a process that is not root has { only from an executable with file capabilities"},
        {"net_raw", pod + "      privileged: false\n",
         "f:5: { is not in the default of CRI-O: capabilities.add must have it"},
        {"chown", "{\n\"process\": {\n\"capabilities\": {\n\"bounding\": [\"CAP_KILL\"]}}}",
         "f:4: process.capabilities.bounding lacks {"},
    };
    for (const Place& row : places) {
        const ParsedPolicy parsed = parse_policy({row.text, "f", ""});
        EXPECT_EQ(problems_of(parsed), "");
        Analysis analysis;
        analysis.needs = {{.any_of = set_of({row.capability}), .image = "/bin/x"}};
        const PolicyResult result = check(analysis, parsed.policy);
        ASSERT_EQ(result.findings.size(), 1u) << row.text;
        ASSERT_TRUE(result.findings[0].closest.refusal) << row.text;
        const PolicyRefusal& refusal = parsed.policy.refusals[*result.findings[0].closest.refusal];
        EXPECT_EQ(refusal.place.file + ':' + std::to_string(refusal.place.line) + ": " + refusal.words, row.said);
    }
}

struct ForeignMistake {
    const char* format;
    std::string text, problem;
    const char* service = "";
};

std::string deep(std::size_t levels) { return "services: " + std::string(levels, '[') + std::string(levels, ']'); }

TEST(ForeignPolicy, SaysWhatIsWrongAndWhere) {
    const ForeignMistake mistakes[] = {
        {"systemd", "[Service]\nCapabilityBoundingSet=CAP_CHWON chown\nUser\n",
         "f:2: 'CAP_CHWON' is not a capability; did you mean 'CAP_CHOWN'?\n"
         "f:2: 'chown' is not a capability for systemd, which would ignore it; write CAP_CHOWN\n"
         "f:3: is neither a section nor a setting with =\n"},
        {"systemd", "[Unit]\n", "f:0: has no section [Service], where the capabilities of a unit are set\n"},
        {"compose", "services:\n  a: {cap_add: [ch0wn], cap_drop: ALL, privileged: maybe}\n",
         "f:2: 'ch0wn' is not a capability; did you mean 'CAP_CHOWN'?\n"
         "f:2: cap_drop is no list of capabilities\n"
         "f:2: privileged is neither true nor false\n"},
        {"compose", "services:\n  a: {}\n  b: {}\n",
         "f:0: has more than one service; --service NAME chooses one of: a, b\n"},
        {"compose", "services:\n  a: {}\n", "f:0: has no service 'c'; --service NAME chooses one of: a\n", "c"},
        {"systemd", "[Service]\n", "f:0: has one set only, from which --service chooses nothing\n", "a"},
        {"compose", "services:\n  a:\n    extends: b\n",
         "f:3: extends brings in what stands elsewhere; check what 'docker compose config' prints instead\n"},
        {"compose", "services:\n  a: x\n", "f:2: the service 'a' is no map\n"},
        {"compose", "services:\n  a: [\n", "f:3: is not YAML: end of sequence flow not found\n"},
        {"compose", deep(100), "f:1: is not YAML: it is nested deeper than 64 levels\n"},
        {"compose", "services: &a\n  <<: *a\n", "f:0: a map merges (<<) too many others\n"},
        {"kubernetes", pod + "      capabilities: {add: [CAP_CHOWN]}\n",
         "f:7: 'CAP_CHOWN' is not a capability for Kubernetes, which puts CAP_ before it; write CHOWN\n"},
        {"kubernetes", "kind: ConfigMap\n", "f:0: has no container\n"},
        {"kubernetes", "kind: Deployment\n", "f:1: Deployment has no pod in it\n"},
        {"oci", "{\"process\": {\"capabilities\": {\"bounding\": [\"chown\"]}}}",
         "f:1: 'chown' is not a capability for the runtime; write CAP_CHOWN\n"},
        {"oci", "{\"process\": 1}", "f:0: has no process, whose capabilities are set there\n"},
        {"docker", "docker run $FLAGS --rm x\n",
         "f:1: what $FLAGS becomes is not known here, and it may be flags; write them out, or put the image in double "
         "quotes\n"},
        {"docker", "docker run $FLAGS\n",
         "f:1: what $FLAGS becomes is not known here, and it may be flags; write them out, or put the image in double "
         "quotes\n"},
        {"docker", "docker run\\\n --cap-add=$X --new-flag y x\n",
         "f:2: '$X' is not a capability\n"
         "f:2: whether a value follows --new-flag is not known here; write --new-flag=VALUE\n"},
        {"docker", "docker run --cap-add chown,kill a\n", "f:1: 'chown,kill' is not a capability\n"},
        {"docker", "docker run -Z a\n", "f:1: the flag -Z is not known here\n"},
        {"docker", "docker run --cap-add\n", "f:1: --cap-add has no value\n"},
        {"docker", "docker run a\ndocker run --name b c\n",
         "f:0: has more than one 'docker run' of that name; --service NAME chooses one by --name or image: a, b\n"},
    };
    for (const ForeignMistake& row : mistakes) {
        const ParsedPolicy parsed = parse_policy({row.text, "f", row.service});
        EXPECT_EQ(problems_of(parsed), row.problem) << row.text.substr(0, 80);
        EXPECT_EQ(parsed.policy.format, row.format) << row.text.substr(0, 80);
    }
}

// Aliases of aliases: a billion names for whoever follows them.
TEST(ForeignPolicy, AliasesAreNotCopied) {
    std::string text = "x0: &a0 {cap_add: [kill]}\n";
    for (int i = 1; i < 30; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        text += "x" + std::to_string(i) + ": &a" + std::to_string(i) + " {<<: [" + last + ", " + last + "], y: [" +
                last + ", " + last + "]}\n";
    }
    text += "services:\n  a:\n    <<: *a29\n";
    const ParsedPolicy parsed = parse_policy({text, "f", ""});
    EXPECT_EQ(problems_of(parsed), "f:0: a map merges (<<) too many others\n");
}

}  // namespace
}  // namespace caprec
