// SPDX-License-Identifier: Apache-2.0
//
// Whole commands on traces made in memory: all that a user types and sees.
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "analyzer/commands/table.h"
#include "schema/error.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/sample_trace.h"
#include "tests/golden/test_name.h"
#include "tests/support/machine_trace.h"
#include "tests/support/merged_traces.h"
#include "tests/support/scratch_directory.h"

namespace caprec {
namespace {

// A small knowledge file, so that the results stay when the built-in one learns more.
constexpr std::string_view sites =
    "# caprec kernel knowledge\tformat 1\t2026-01-31\n"
    "# a comment\n"
    "site\twithin\tcapability\tclass\tany_of\ttest\trefusal\taudit\tkernels\tasked_by\tnote\n"
    "setattr_prepare\tnotify_change\tCAP_CHOWN\trequired\t-\t-\tEPERM\tnoaudit\t..7.9\tchown\tthe owner changes\n"
    "set_one_prio\t-\tCAP_SYS_NICE\tadvisory\t-\t-\tEPERM,EACCES\taudit\t6.1..6.20\trenice\ta priority\n"
    "sock_set\t-\tCAP_NET_ADMIN\talternative\tCAP_NET_RAW|CAP_NET_ADMIN\tsysctl:net.a=1\tack,silent\t-\t-\t-\t-\n"
    "sys_setgid\t-\tCAP_SETGID\tfirst\t-\tsame-id\tEPERM\taudit\t6.2..\tsetgid\tthe gid changes\n"
    "syscall:fchownat,syscall:chown\t-\tCAP_CHOWN\trequired\t-\t-\tEPERM\taudit\t-\tchown\tby the syscall\n";
constexpr std::string_view broken_sites =
    "# caprec kernel knowledge\tformat 1\t2026-01-31\n"
    "set_one_prio\t-\tCAP_SYS_NICE\tsometimes\t-\t-\tEPERM\taudit\t-\trenice\ta priority\n";

// The policies that check compares with, by file name.
constexpr std::pair<const char*, std::string_view> policies[] = {
    {"fits.policy",
     "# capabilities policy 1\n"
     "allow  /usr/bin/chown  CAP_CHOWN     # hands over its file\n"
     "allow  *               CAP_SYS_NICE CAP_KILL\n"},
    {"small.policy", "allow /usr/bin/chown CAP_KILL\ndeny /usr/bin/nice CAP_SYS_NICE  # does without\n"},
    {"broken.policy", "allow /usr/bin/chwon CAP_CHWON\nalow * chown\nallow \"\x1b[31m chown\n"},
    {"app.service",
     "[Service]\nUser=app\nCapabilityBoundingSet=CAP_CHOWN\nAmbientCapabilities=CAP_CHOWN CAP_SYS_NICE\n"},
    {"web.yaml", "services:\n  web:\n    cap_drop: [ALL]\n  db:\n    privileged: true\n"},
};

struct CommandRow {
    const char* golden;
    Bytes (*trace)();
    std::vector<std::string> arguments;
};

const CommandRow command_rows[] = {
    {"cmd-report.txt", chown_trace, {"run.cap"}},
    {"cmd-report-verbose.txt", chown_trace, {"-v", "run.cap"}},
    {"cmd-report.json", chown_trace, {"--json", "run.cap"}},
    {"cmd-report-denied.txt", denied_trace, {"report", "run.cap"}},
    {"cmd-report-denied.json", denied_trace, {"report", "--json", "run.cap"}},
    {"cmd-report-lossy.txt", lossy_trace, {"run.cap"}},
    {"cmd-report-lossy.json", lossy_trace, {"run.cap", "--json"}},
    {"cmd-report-cut.txt", cut_trace, {"run.cap"}},
    {"cmd-report-damaged.txt", damaged_trace, {"run.cap"}},
    {"cmd-report-hostile.txt", hostile_trace, {"run.cap"}},
    {"cmd-report-hostile.json", hostile_trace, {"--json", "report", "run.cap"}},
    {"cmd-report-idle.txt", idle_trace, {"run.cap"}},
    {"cmd-report-unrun.txt", unrun_trace, {"run.cap"}},
    {"cmd-report-real.txt", real_trace, {"run.cap"}},
    {"cmd-report-knowledge.txt", chown_trace, {"report", "--knowledge", "sites.tsv", "run.cap"}},
    {"cmd-report-real.json", real_trace, {"run.cap", "--json"}},
    {"cmd-minimal-unrun.txt", unrun_trace, {"minimal", "run.cap"}},
    {"cmd-minimal-real.txt", real_trace, {"minimal", "run.cap"}},
    {"cmd-tree-real.txt", real_trace, {"tree", "run.cap"}},
    {"cmd-tree.txt", chown_trace, {"tree", "run.cap"}},
    {"cmd-tree.json", chown_trace, {"tree", "run.cap", "--json"}},
    {"cmd-tree-denied.txt", denied_trace, {"tree", "-v", "run.cap"}},
    {"cmd-tree-hostile.txt", hostile_trace, {"tree", "run.cap"}},
    {"cmd-tree-cut.txt", cut_trace, {"tree", "run.cap"}},
    {"cmd-events.txt", chown_trace, {"events", "run.cap"}},
    {"cmd-events-all.txt", chown_trace, {"events", "--all", "run.cap"}},
    {"cmd-events.json", chown_trace, {"events", "--json", "run.cap"}},
    {"cmd-events-rel.txt", chown_trace, {"events", "--time=rel", "run.cap"}},
    {"cmd-events-mono-stacks.txt", chown_trace, {"events", "--time", "mono", "-K", "--cap", "chown", "run.cap"}},
    {"cmd-events-unique.txt", chown_trace, {"events", "run.cap", "--unique", "--all"}},
    {"cmd-events-unique-needed.txt", chown_trace, {"events", "run.cap", "--unique"}},
    {"cmd-events-lossy.txt", lossy_trace, {"events", "--cap", "CAP_SYS_NICE", "run.cap"}},
    {"cmd-events-hostile.txt", hostile_trace, {"events", "-K", "run.cap"}},
    {"cmd-events-hostile.json", hostile_trace, {"events", "-K", "--json", "run.cap"}},
    {"cmd-events-denied.json", denied_trace, {"--json", "events", "run.cap"}},
    {"cmd-stacks.txt", chown_trace, {"stacks", "run.cap"}},
    {"cmd-stacks-folded.txt", chown_trace, {"stacks", "--folded", "run.cap"}},
    {"cmd-stacks-cap.txt", chown_trace, {"stacks", "--cap", "chown", "run.cap"}},
    {"cmd-stacks.json", chown_trace, {"stacks", "--json", "run.cap"}},
    {"cmd-stacks-hostile-folded.txt", hostile_trace, {"stacks", "--folded", "run.cap"}},
    {"cmd-minimal.txt", chown_trace, {"minimal", "run.cap"}},
    {"cmd-minimal-verbose.txt", chown_trace, {"minimal", "-v", "run.cap"}},
    {"cmd-minimal.json", chown_trace, {"minimal", "--json", "run.cap"}},
    {"cmd-minimal-idle.txt", idle_trace, {"minimal", "run.cap"}},
    {"cmd-minimal-lossy.txt", lossy_trace, {"minimal", "run.cap"}},
    {"cmd-minimal-lossy-allowed.txt", lossy_trace, {"minimal", "--allow-incomplete", "run.cap"}},
    {"cmd-info.txt", chown_trace, {"info", "run.cap"}},
    {"cmd-info.json", chown_trace, {"info", "--json", "run.cap"}},
    {"cmd-info-lossy.txt", lossy_trace, {"info", "run.cap"}},
    {"cmd-info-cut.txt", cut_trace, {"info", "run.cap"}},
    {"cmd-info-hostile.txt", hostile_trace, {"info", "run.cap"}},
    {"cmd-report-daemon.txt", daemon_trace, {"run.cap"}},
    {"cmd-report-daemon.json", daemon_trace, {"--json", "run.cap"}},
    {"cmd-report-nameless.txt", nameless_trace, {"run.cap"}},
    {"cmd-report-user.txt", user_stack_trace, {"run.cap"}},
    {"cmd-report-user-verbose.txt", user_stack_trace, {"-v", "run.cap"}},
    {"cmd-report-user.json", user_stack_trace, {"--json", "run.cap"}},
    {"cmd-why-user.txt", user_stack_trace, {"why", "run.cap", "chown"}},
    {"cmd-events-user.txt", user_stack_trace, {"events", "-K", "-U", "run.cap"}},
    {"cmd-events-user.json", user_stack_trace, {"events", "-U", "--json", "run.cap"}},
    {"cmd-stacks-user.txt", user_stack_trace, {"stacks", "run.cap"}},
    {"cmd-stacks-user.json", user_stack_trace, {"stacks", "--json", "run.cap"}},
    {"cmd-info-user.txt", user_stack_trace, {"info", "run.cap"}},
    {"cmd-events-daemon.txt", daemon_trace, {"events", "--all", "run.cap"}},  // every word of AUDIT but 0
    {"cmd-events-audit.txt", chown_trace, {"events", "--knowledge", "sites.tsv", "run.cap"}},
    {"cmd-events-nameless.txt", nameless_trace, {"events", "run.cap"}},
    {"cmd-why.txt", chown_trace, {"why", "run.cap", "chown"}},
    {"cmd-why.json", chown_trace, {"why", "run.cap", "CAP_CHOWN", "--json"}},
    {"cmd-why-alternative.txt", daemon_trace, {"why", "run.cap", "dac_override"}},
    {"cmd-why-chosen.txt", daemon_trace, {"why", "run.cap", "dac_read_search"}},
    {"cmd-why-missing.txt", denied_trace, {"why", "run.cap", "CAP_NET_BIND_SERVICE"}},
    {"cmd-why-mixed.txt", daemon_trace, {"why", "run.cap", "CAP_NET_BIND_SERVICE"}},
    {"cmd-why-unclassified.txt", daemon_trace, {"why", "run.cap", "CAP_NET_ADMIN"}},
    {"cmd-why-tolerated.txt", daemon_trace, {"why", "run.cap", "CAP_SYS_NICE"}},
    {"cmd-why-never.txt", idle_trace, {"why", "run.cap", "bpf"}},
    {"cmd-why-never.json", idle_trace, {"--json", "why", "run.cap", "bpf"}},
    {"cmd-why-lossy.txt", lossy_trace, {"why", "run.cap", "chown"}},
    {"cmd-why-nameless.txt", nameless_trace, {"why", "run.cap", "chown"}},
    {"cmd-why-hostile.txt", hostile_trace, {"why", "run.cap", "chown"}},
    {"cmd-why-knowledge.txt", chown_trace, {"why", "--knowledge", "sites.tsv", "run.cap", "chown"}},
    {"cmd-explain.txt", idle_trace, {"explain", "--knowledge", "sites.tsv", "CAP_CHOWN"}},
    {"cmd-explain.json", idle_trace, {"explain", "--knowledge", "sites.tsv", "--json", "chown"}},
    {"cmd-explain-or.txt", idle_trace, {"explain", "--knowledge", "sites.tsv", "net_raw"}},
    {"cmd-explain-none.txt", idle_trace, {"explain", "--knowledge", "sites.tsv", "CAP_BPF"}},
    {"cmd-explain-function.txt", idle_trace, {"explain", "--knowledge", "sites.tsv", "set_one_prio"}},
    {"cmd-explain-suffix.txt", idle_trace, {"explain", "--knowledge", "sites.tsv", "set_one_prio.isra.0"}},
    {"cmd-explain-within.txt", idle_trace, {"explain", "--knowledge", "sites.tsv", "notify_change"}},
    {"cmd-explain-entry.txt", idle_trace, {"explain", "--knowledge", "sites.tsv", "__x64_sys_setgid"}},
    {"cmd-explain-syscall.txt", idle_trace, {"explain", "--knowledge", "sites.tsv", "fchownat"}},
    {"cmd-explain-function.json", idle_trace, {"explain", "--json", "--knowledge", "sites.tsv", "setgid"}},
    {"cmd-minimal-daemon.txt", daemon_trace, {"minimal", "-v", "run.cap"}},
    {"cmd-minimal-systemd.txt", daemon_trace, {"minimal", "--format", "systemd", "run.cap"}},
    {"cmd-minimal-docker.txt", daemon_trace, {"minimal", "run.cap", "--format=docker"}},
    {"cmd-minimal-oci.txt", daemon_trace, {"minimal", "--format", "oci", "run.cap"}},
    {"cmd-minimal-image.txt", daemon_trace, {"minimal", "--per", "image", "run.cap"}},
    {"cmd-minimal-phase.txt", daemon_trace, {"minimal", "--per", "phase", "run.cap"}},
    {"cmd-minimal-phase.json", daemon_trace, {"minimal", "--per", "phase", "--json", "run.cap"}},
    {"cmd-minimal-phase-missing.txt", daemon_trace, {"minimal", "--per=phase", "--include-missing", "run.cap"}},
    {"cmd-minimal-image-missing.txt",
     daemon_trace,
     {"minimal", "--per", "image", "--format", "setcap", "--include-missing", "run.cap"}},
    {"cmd-minimal-missing.txt", denied_trace, {"minimal", "--include-missing", "--format", "setpriv", "run.cap"}},
    {"cmd-minimal-missing-lossy.txt", lossy_trace, {"minimal", "--allow-incomplete", "--format", "systemd", "run.cap"}},
    {"cmd-report-merged.txt", merged_trace, {"run.cap"}},
    {"cmd-report-merged-verbose.txt", merged_trace, {"-v", "run.cap"}},
    {"cmd-report-merged.json", merged_trace, {"--json", "run.cap"}},
    {"cmd-report-merged-lossy.txt", merged_lossy_trace, {"run.cap"}},
    {"cmd-minimal-merged.txt", merged_trace, {"minimal", "--format", "systemd", "run.cap"}},
    {"cmd-minimal-merged-image.txt", merged_trace, {"minimal", "--per", "image", "run.cap"}},
    {"cmd-minimal-merged-lossy.txt", merged_lossy_trace, {"minimal", "run.cap"}},
    {"cmd-info-merged.txt", merged_trace, {"info", "run.cap"}},
    {"cmd-info-merged.json", merged_trace, {"info", "--json", "run.cap"}},
    {"cmd-why-merged.txt", merged_trace, {"why", "run.cap", "sys_nice"}},
    {"cmd-tree-merged.txt", merged_trace, {"tree", "run.cap"}},
    {"cmd-events-merged.txt", merged_trace, {"events", "run.cap"}},
    {"cmd-stacks-merged.txt", merged_trace, {"stacks", "run.cap"}},
    {"cmd-diff-merged.txt", merged_trace, {"diff", "other.cap", "run.cap"}},
    {"cmd-diff-merged-lossy.txt", merged_lossy_trace, {"diff", "other.cap", "run.cap"}},
    {"cmd-diff.txt", chown_trace, {"diff", "other.cap", "run.cap"}},
    {"cmd-diff-back.txt", chown_trace, {"diff", "run.cap", "other.cap"}},
    {"cmd-diff-verbose.txt", chown_trace, {"diff", "-v", "other.cap", "run.cap"}},
    {"cmd-diff.json", denied_trace, {"diff", "--json", "other.cap", "run.cap"}},
    {"cmd-diff-github.txt", user_stack_trace, {"diff", "--format", "github", "other.cap", "run.cap"}},
    {"cmd-diff-folded.txt", user_stack_trace, {"diff", "--format", "folded", "other.cap", "run.cap"}},
    {"cmd-error-diff-format.txt", chown_trace, {"diff", "--format", "sariff", "other.cap", "run.cap"}},
    {"cmd-diff-same.txt", chown_trace, {"diff", "run.cap", "run.cap"}},
    {"cmd-diff-user.txt", user_stack_trace, {"diff", "other.cap", "run.cap"}},
    {"cmd-diff-lossy.txt", lossy_trace, {"diff", "other.cap", "run.cap"}},
    {"cmd-diff-cut.txt", cut_trace, {"diff", "run.cap", "other.cap"}},
    {"cmd-diff-lossy-allowed.txt", lossy_trace, {"diff", "--allow-incomplete", "other.cap", "run.cap"}},
    {"cmd-diff-unrun.txt", unrun_trace, {"diff", "other.cap", "run.cap"}},
    {"cmd-check.txt", chown_trace, {"check", "run.cap", "--policy", "fits.policy"}},
    {"cmd-check-violation.txt", chown_trace, {"check", "--policy=small.policy", "run.cap"}},
    {"cmd-check-verbose.txt", user_stack_trace, {"check", "-v", "--policy=small.policy", "run.cap"}},
    {"cmd-check-github.txt",
     user_stack_trace,
     {"check", "--format", "github", "--policy", "app.service", "run.cap"}},
    {"cmd-check-daemon.json", daemon_trace, {"check", "--json", "--policy", "small.policy", "run.cap"}},
    {"cmd-check-systemd.txt", chown_trace, {"check", "run.cap", "--policy", "app.service"}},
    {"cmd-check-service.txt", chown_trace, {"check", "run.cap", "--policy", "web.yaml", "--service", "web"}},
    {"cmd-check-privileged.txt", chown_trace, {"check", "run.cap", "--policy", "web.yaml", "--service", "db"}},
    {"cmd-check-lossy.txt", lossy_trace, {"check", "run.cap", "--policy", "fits.policy"}},
    {"cmd-check-cut-allowed.txt", cut_trace, {"check", "--allow-incomplete", "run.cap", "--policy", "fits.policy"}},
    {"cmd-check-unrun.txt", unrun_trace, {"check", "--allow-incomplete", "run.cap", "--policy", "fits.policy"}},
    {"cmd-minimal-policy.txt", daemon_trace, {"minimal", "--format", "policy", "run.cap"}},
    {"cmd-error-check-none.txt", chown_trace, {"check", "run.cap"}},
    {"cmd-error-check-trace.txt", chown_trace, {"check", "--policy", "fits.policy"}},
    {"cmd-error-check-input.txt", chown_trace, {"check", "-", "--policy", "-"}},
    {"cmd-error-check-missing.txt", chown_trace, {"check", "run.cap", "--policy", "nothere"}},
    {"cmd-error-check-directory.txt", chown_trace, {"check", "run.cap", "--policy", "."}},
    {"cmd-error-check-broken.txt", chown_trace, {"check", "run.cap", "--policy", "broken.policy"}},
    {"cmd-error-check-binary.txt", chown_trace, {"check", "run.cap", "--policy", "run.cap"}},
    {"cmd-error-check-service.txt", chown_trace, {"check", "run.cap", "--policy", "web.yaml"}},
    {"cmd-error-check-forced.txt", chown_trace, {"check", "run.cap", "--policy", "web.yaml", "--policy-format", "oci"}},
    {"cmd-error-check-format.txt", chown_trace, {"check", "run.cap", "--policy", "web.yaml", "--policy-format", "compse"}},
    {"cmd-report-machine.txt", machine_trace, {"run.cap"}},
    {"cmd-report-machine.json", machine_trace, {"--json", "run.cap"}},
    {"cmd-report-rootless.txt", rootless_machine_trace, {"run.cap"}},
    {"cmd-report-rootless-verbose.txt", rootless_machine_trace, {"report", "-v", "run.cap"}},
    {"cmd-report-machine-merged.txt", [] { return merge_traces(std::vector<Bytes>{machine_trace()}); }, {"run.cap"}},
    {"cmd-tree-machine.txt", machine_trace, {"tree", "run.cap"}},
    {"cmd-info-machine.txt", machine_trace, {"info", "run.cap"}},
    {"cmd-info-machine.json", machine_trace, {"info", "--json", "run.cap"}},
    {"cmd-report-machine-unit.txt", machine_trace, {"report", "--per", "unit", "--names", "docker.json", "run.cap"}},
    {"cmd-report-machine-container.json",
     machine_trace,
     {"report", "--per", "container", "--json", "--names", "docker.json", "--names", "pods.json", "run.cap"}},
    {"cmd-report-machine-user.txt", machine_trace, {"--per=user", "run.cap"}},
    {"cmd-report-machine-filter.txt", machine_trace, {"report", "--unit", "ssh.*", "--user", "0", "run.cap"}},
    {"cmd-report-machine-filter.json", machine_trace, {"--json", "--container", "7f4e1", "run.cap"}},
    {"cmd-tree-machine-filter.txt", machine_trace, {"tree", "--container", "web", "--names", "docker.json", "run.cap"}},
    {"cmd-events-machine.txt", machine_trace, {"events", "--unit", "ssh.service", "run.cap"}},
    {"cmd-events-machine-all.txt", machine_trace, {"events", "--all", "--names", "docker.json", "--names", "pods.json", "run.cap"}},
    {"cmd-events-machine.json", machine_trace, {"events", "--json", "--names", "docker.json", "run.cap"}},
    {"cmd-why-machine.txt", machine_trace, {"why", "--image", "nginx", "run.cap", "chown"}},
    {"cmd-stacks-machine.txt", machine_trace, {"stacks", "--image", "nginx", "run.cap"}},
    {"cmd-export-machine.txt", machine_trace, {"export", "--format", "folded", "--pid", "1004", "run.cap"}},
    {"cmd-diff-machine.txt", machine_trace, {"diff", "--container", "web", "--names=docker.json", "other.cap", "run.cap"}},
    {"cmd-check-machine.txt", machine_trace, {"check", "--user", "1001", "--policy", "fits.policy", "run.cap"}},
    {"cmd-minimal-machine-unit.txt", machine_trace, {"minimal", "--per", "unit", "run.cap"}},
    {"cmd-minimal-machine-user.json", machine_trace, {"minimal", "--per", "user", "--json", "run.cap"}},
    {"cmd-minimal-machine-docker.txt",
     machine_trace,
     {"minimal", "--container", "web", "--names", "docker.json", "--format", "docker", "run.cap"}},
    {"cmd-error-names.txt", machine_trace, {"report", "--names", "sites.tsv", "run.cap"}},
    {"cmd-error-user.txt", machine_trace, {"report", "--user", "alice", "run.cap"}},
    {"cmd-minimal-machine.txt", machine_trace, {"minimal", "--format", "systemd", "run.cap"}},
    {"cmd-help.txt", idle_trace, {"--help"}},
    {"cmd-help-check.txt", idle_trace, {"check", "-h"}},
    {"cmd-help-diff.txt", idle_trace, {"diff", "-h"}},
    {"cmd-help-why.txt", idle_trace, {"why", "--help"}},
    {"cmd-help-explain.txt", idle_trace, {"explain", "-h"}},
    {"cmd-help-report.txt", idle_trace, {"report", "--help"}},
    {"cmd-help-events.txt", idle_trace, {"events", "-h"}},
    {"cmd-help-minimal.txt", idle_trace, {"minimal", "-h"}},
    {"cmd-help-stacks.txt", idle_trace, {"stacks", "-h"}},
    {"cmd-help-export.txt", idle_trace, {"export", "-h"}},
    {"cmd-help-pack.txt", idle_trace, {"pack", "-h"}},
    {"cmd-version.txt", idle_trace, {"--version"}},
    // mistakes
    {"cmd-error-option.txt", chown_trace, {"--bogus", "run.cap"}},
    {"cmd-error-later-option.txt", chown_trace, {"report", "--symbols", "run.cap"}},
    {"cmd-error-abbreviation.txt", chown_trace, {"events", "--uniq", "run.cap"}},
    {"cmd-error-command.txt", chown_trace, {"repotr", "run.cap"}},
    {"cmd-error-later-command.txt", chown_trace, {"merge", "run.cap", "run.cap"}},
    {"cmd-error-diff-one.txt", chown_trace, {"diff", "run.cap"}},
    {"cmd-error-diff-input.txt", chown_trace, {"diff", "-", "-"}},
    {"cmd-error-diff-missing.txt", chown_trace, {"diff", "run.cap", "nothere.cap"}},
    {"cmd-error-typed.txt", chown_trace, {"tre"}},
    {"cmd-error-missing.txt", chown_trace, {"nothere.cap"}},
    {"cmd-error-directory.txt", chown_trace, {"."}},
    {"cmd-error-two-files.txt", chown_trace, {"run.cap", "run.cap"}},
    {"cmd-error-no-file.txt", chown_trace, {"tree"}},
    {"cmd-error-capability.txt", chown_trace, {"events", "--cap", "CAP_\x1b", "run.cap"}},
    {"cmd-error-verdict.txt", chown_trace, {"events", "--verdict", "maybe", "run.cap"}},
    {"cmd-error-pid.txt", chown_trace, {"events", "-p", "12x", "run.cap"}},
    {"cmd-error-time.txt", chown_trace, {"events", "--time", "utc", "run.cap"}},
    {"cmd-error-value.txt", chown_trace, {"events", "run.cap", "--time"}},
    {"cmd-error-format.txt", chown_trace, {"minimal", "--format", "sytemd", "run.cap"}},
    {"cmd-error-format-case.txt", chown_trace, {"minimal", "--format", "Docker", "run.cap"}},
    {"cmd-error-format-json.txt", chown_trace, {"minimal", "--json", "--format", "docker", "run.cap"}},
    {"cmd-error-export-format.txt", chown_trace, {"export", "--format", "perfeto", "run.cap"}},
    {"cmd-error-export-none.txt", chown_trace, {"export", "run.cap"}},
    {"cmd-error-export-frames.txt", chown_trace, {"export", "--frames", "users", "run.cap"}},
    {"cmd-error-export-json.txt", chown_trace, {"export", "--json", "run.cap"}},
    {"cmd-error-export-output.txt", chown_trace, {"export", "--format", "folded", "-o", "no/\x1b", "run.cap"}},
    {"cmd-error-pack-none.txt", chown_trace, {"pack", "run.cap"}},
    {"cmd-error-pack-json.txt", chown_trace, {"pack", "--json", "run.cap", "-o", "x"}},
    {"cmd-error-pack-itself.txt", chown_trace, {"pack", "run.cap", "-o", "./run.cap"}},
    {"cmd-error-pack-output.txt", chown_trace, {"pack", "run.cap", "-o", "no/\x1b"}},
    {"cmd-error-pack-sysroot.txt", chown_trace, {"pack", "run.cap", "-o", "x", "--sysroot", "no\x1b"}},
    {"cmd-error-per.txt", chown_trace, {"minimal", "--per", "proc\x1b[2J", "run.cap"}},
    {"cmd-error-per-value.txt", chown_trace, {"minimal", "run.cap", "--per"}},
    {"cmd-error-why-capability.txt", chown_trace, {"why", "run.cap", "CAP_CHWON"}},
    {"cmd-error-why-none.txt", chown_trace, {"why", "run.cap"}},
    {"cmd-error-why-two.txt", chown_trace, {"why", "run.cap", "chown", "kill"}},
    {"cmd-error-explain.txt", idle_trace, {"explain", "--knowledge", "sites.tsv", "set_one_pri"}},
    {"cmd-error-explain-far.txt", idle_trace, {"explain", "--knowledge", "sites.tsv", "zz\x1b]0;"}},
    {"cmd-error-explain-none.txt", idle_trace, {"explain"}},
    {"cmd-error-knowledge.txt", chown_trace, {"report", "--knowledge", "nothere.tsv", "run.cap"}},
    {"cmd-error-knowledge-trace.txt", chown_trace, {"minimal", "--knowledge", "run.cap", "run.cap"}},
    {"cmd-error-knowledge-row.txt", chown_trace, {"explain", "--knowledge", "broken.tsv", "chown"}},
    {"cmd-error-knowledge-value.txt", chown_trace, {"report", "run.cap", "--knowledge"}},
    {"cmd-error-no-trace.txt", [] { return Bytes(100, std::byte{'x'}); }, {"run.cap"}},
    {"cmd-error-empty.txt", [] { return Bytes(); }, {"run.cap"}},
    {"cmd-error-first-chunk.txt",
     [] {
         Bytes bytes = chown_trace();
         bytes[100] ^= std::byte{1};
         return bytes;
     },
     {"run.cap"}},
};

std::string shown_by(const std::vector<std::string>& arguments) {
    std::ostringstream out, err;
    Streams streams{out, err};
    int status = exit_failure;
    try {
        status = run_command(arguments, streams);
    } catch (const Error& error) {
        err << "capanalyze: " << error.what() << '\n';  // as main does
    }
    std::string text = out.str();
    if (!err.str().empty())
        text += "--- stderr\n" + err.str();
    return status == 0 ? text : text + "--- exit status " + std::to_string(status) + '\n';
}

// Without the size of the trace, which depends on the format: other tests look at that.
std::string without_sizes(const std::string& text) {
    static const std::regex in_text("[0-9,]+( bytes, | bytes for each)");
    static const std::regex in_json("(\"bytes\": )[0-9]+");
    return std::regex_replace(std::regex_replace(text, in_text, "#$1"), in_json, "$010");
}

class Commands : public testing::TestWithParam<CommandRow> {};

TEST_P(Commands, ShowsWhatIsExpected) {
    const ScratchDirectory directory;
    directory.write("run.cap", GetParam().trace());
    directory.write("other.cap", idle_trace());
    directory.write("sites.tsv", sites);
    directory.write("broken.tsv", broken_sites);
    directory.write("docker.json", docker_names());
    directory.write("pods.json", pod_names());
    for (const auto& [name, text] : policies)
        directory.write(name, text);
    expect_golden(GetParam().golden, without_sizes(shown_by(GetParam().arguments)));
}

INSTANTIATE_TEST_SUITE_P(All, Commands, testing::ValuesIn(command_rows),
                         [](const auto& each) { return test_name(each.param.golden); });

TEST(CommandLine, OptionsStandAnywhere) {
    const ScratchDirectory directory;
    directory.write("run.cap", chown_trace());
    const std::string expected = shown_by({"events", "--json", "--cap", "chown", "run.cap"});
    EXPECT_EQ(shown_by({"--json", "events", "run.cap", "--cap=chown"}), expected);
    EXPECT_EQ(shown_by({"events", "run.cap", "--cap", "CAP_CHOWN", "--json"}), expected);
    EXPECT_EQ(shown_by({"events", "--json", "--cap", "0,chown", "--", "run.cap"}).find("error"), std::string::npos);
    EXPECT_EQ(shown_by({"-v", "run.cap"}), shown_by({"report", "run.cap", "--verbose"}));
}

TEST(CommandLine, AFileMayBeNamedLikeACommand) {
    const ScratchDirectory directory;
    directory.write("info", idle_trace());
    EXPECT_NE(shown_by({"./info"}).find("Minimal set: none"), std::string::npos);
    EXPECT_NE(shown_by({"--", "info"}).find("Minimal set: none"), std::string::npos);
    EXPECT_NE(shown_by({"info", "info"}).find("state           whole"), std::string::npos);
}

TEST(Explain, TheBuiltInKnowledgeIsTheDefault) {
    const std::string text = shown_by({"explain", "CAP_CHOWN"});
    for (const char* part :
         {"CAP_CHOWN (0), high risk", "setattr_prepare", "asks for   CAP_CHOWN", "(knowledge: built in, 20"})
        EXPECT_NE(text.find(part), std::string::npos) << part << " in: " << text;
    EXPECT_EQ(text.find("exit status"), std::string::npos);
    EXPECT_EQ(shown_by({"explain", "chown"}), text);  // the capability, though there is a syscall of that name
}

// Whatever is wrong with a knowledge file: the message names the file, speaks of knowledge, and is fit for a
// terminal.
TEST(Knowledge, MessagesAreAboutTheFile) {
    const ScratchDirectory directory;
    directory.write("run.cap", idle_trace());
    directory.write("empty.tsv", "");
    directory.write("hostile.tsv", std::string(broken_sites) + "\x1b[2J\t-\tCAP_\x1b]0;\x07\trequired\n");
    directory.write("hostile-cell.tsv",
                    "# caprec kernel knowledge\tformat 1\t2026-01-31\n"
                    "a\t-\tCAP_\x1b[2J\trequired\t-\t-\tEPERM\taudit\t-\t-\t-\n");
    for (const char* file : {".", "empty.tsv", "hostile.tsv", "hostile-cell.tsv"}) {
        for (const std::string& text : {shown_by({"report", "--knowledge", file, "run.cap"}),
                                        shown_by({"explain", "--knowledge", file, "CAP_KILL"})}) {
            EXPECT_NE(text.find(std::string("capanalyze: ") + file + ": "), std::string::npos) << text;
            EXPECT_EQ(text.find("trace"), std::string::npos) << "of a knowledge file: " << text;
            EXPECT_EQ(text.find("recorded"), std::string::npos) << "of a knowledge file: " << text;
            EXPECT_EQ(text.find('\x1b'), std::string::npos) << "from " << file;
            EXPECT_NE(text.find("exit status 2"), std::string::npos) << text;
        }
    }
}

struct FilterRow {
    std::vector<std::string> filter;
    int lines;
};

TEST(Events, FiltersChooseLines) {
    const ScratchDirectory directory;
    directory.write("run.cap", chown_trace());
    const FilterRow filters[] = {
        {{}, 5},
        {{"--cap", "chown,sys_nice"}, 2},
        {{"--pid", "1003"}, 2},
        {{"-p", "1003", "-p", "1004"}, 3},
        {{"-p", "77"}, 0},
        {{"--image", "chown"}, 2},
        {{"--image", "/usr/bin/chown"}, 2},
        {{"--image", "own"}, 0},
        {{"--comm", "sh"}, 5},
        {{"--verdict", "required"}, 2},
        {{"--verdict", "not_needed,required"}, 5},
        {{"--verdict", "denied"}, 0},
        {{"--verdict", "granted"}, 5},
        {{"--verdict", "required", "--image", "nice"}, 1},
    };
    for (const FilterRow& row : filters) {
        std::vector<std::string> arguments = {"events", "--all", "run.cap"};
        arguments.insert(arguments.end(), row.filter.begin(), row.filter.end());
        const std::string text = shown_by(arguments);
        const int on_filter = row.filter.empty() ? 0 : 2;  // on standard error, with its heading
        EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1 + row.lines + on_filter) << text;
    }
}

}  // namespace
}  // namespace caprec
