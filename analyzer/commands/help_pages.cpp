// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/help_pages.h"

namespace caprec {

const HelpPage report_page = {
    "report", "FILE", "What ran, which capabilities it needed and why, what failed, and what was left out as noise.",
    "Verdicts:\n"
    "  required      a check that decided: without the capability the syscall would have failed\n"
    "  alternative   one of several capabilities would do\n"
    "  missing       denied, and the syscall failed because of it\n"
    "  unclassified  granted, but the trace does not tell whether it mattered: kept in the set\n"
    "  not needed    asked for, but something else decided\n\n"
    "Examples:\n"
    "  capanalyze run.cap                      the same as capanalyze report run.cap\n"
    "  capanalyze --json run.cap | jq .minimal\n"
    "  ssh box caprec -o - -- ./job | capanalyze -\n"};
const HelpPage tree_page = {
    "tree", "FILE", "The processes with their commands, users and exit statuses, and what each of them needed.",
    "EXIT is the exit status, the signal that ended the process, \"alive\" at the end of the recording, or ? when it\n"
    "was not recorded.  [comm] is a process that never ran a program of its own.\n\n"
    "Examples:\n"
    "  capanalyze tree run.cap\n"
    "  capanalyze tree --json run.cap | jq '.processes[] | select(.denied != [])'\n"};
const HelpPage minimal_page = {
    "minimal", "FILE", "The smallest set of capabilities that does what was recorded, ready to paste.",
    "Formats:\n"
    "@FORMATS@"
    "text is the default: one name a line, and nothing when no capability is needed.  Explanations go to standard\n"
    "error.\n"
    "When the trace is incomplete the set could be too small: nothing is printed and the exit status is 2, unless\n"
    "--allow-incomplete is given; then every format that has comments says so on top.\n\n"
    "Examples:\n"
    "  capanalyze minimal run.cap\n"
    "  capanalyze minimal --format systemd run.cap > /etc/systemd/system/app.service.d/capabilities.conf\n"
    "  capanalyze minimal --per phase run.cap      what it needs at startup, and what after it gave up capabilities\n"
    "  docker run $(capanalyze minimal --format docker run.cap | grep -v '^#') image\n"};
const HelpPage why_page = {
    "why", "FILE CAPABILITY",
    "The whole story of one capability: which checks asked for it, where, with what result, what it is needed for,\n"
    "and what else would do.",
    "Examples:\n"
    "  capanalyze why run.cap CAP_NET_ADMIN\n"
    "  capanalyze why run.cap sys_admin\n"};
const HelpPage diff_page = {
    "diff", "OLD-FILE NEW-FILE",
    "What the new run needs more, or less, than the old one, by program and capability.  Pids, counts, times and\n"
    "addresses are not compared.",
    "A regression, for which the exit status is 1, is one of these:\n"
    "  a program newly needs a capability, or needs this one where one of several was enough,\n"
    "  it newly fails without one,\n"
    "  it is newly unknown whether it needs one.\n"
    "What is no longer needed, or is newly denied without harm, is shown, but is no regression.  -v also shows what\n"
    "only one of the runs asked for and neither needed.\n\n"
    "Exit status: 0 no regression; 1 regression; 2 wrong usage, an unreadable trace, or one too incomplete to "
    "answer.\n\n"
    "Formats:\n"
    "@DIFF_FORMATS@"
    "folded has one stack on each line (program, its functions, those of the kernel, the capability) and how many\n"
    "checks the old and the new run made there.  Counts vary from run to run: look at what is in one run only, and at\n"
    "large changes.\n"
    "\nExamples:\n"
    "  capanalyze diff released.cap candidate.cap\n"
    "  capanalyze diff --format github released.cap candidate.cap\n"
    "  capanalyze diff --json old.cap new.cap | jq '.added[].capability'\n"
    "  capanalyze diff --format folded old.cap new.cap | flamegraph.pl > changes.svg\n"};
const HelpPage check_page = {
    "check", "FILE | FOLDER ... --policy POLICY",
    "Whether a policy allows what each program of the run needed.  What it allows and no program used is listed, too.",
    "Policies, recognized by what the file looks like:\n"
    "@POLICY_FORMATS@"
    "The lines of a policy say which program may have what; the other files give one set to all that runs in the\n"
    "service or container.  minimal --format policy writes a first policy:\n"
    "  allow  /usr/sbin/nginx  CAP_NET_BIND_SERVICE   # binds port 443\n"
    "  deny   /usr/bin/tool    CAP_SYS_NICE           # is denied it, and does without\n\n"
    "A violation is a capability that a program needed and the policy does not allow, or one that it failed without\n"
    "and that no line mentions.\n\n"
    "Exit status: 0 the run fits; 1 violation; 2 wrong usage, a policy or trace that cannot be read, or a trace too\n"
    "incomplete to answer.\n\n"
    "Formats:\n"
    "@CHECK_FORMATS@"
    "\nExamples:\n"
    "  capanalyze minimal --format policy run.cap > capabilities.policy\n"
    "  capanalyze check run.cap --policy capabilities.policy\n"
    "  capanalyze check runs/ --policy capabilities.policy      all *.cap below it, as one trace\n"
    "  systemctl cat nginx | capanalyze check run.cap --policy -\n"
    "  capanalyze check run.cap --policy compose.yaml --service web --format github\n"};
const HelpPage explain_page = {
    "explain", "CAPABILITY | FUNCTION",
    "What is known without a trace: the risk of a capability and the kernel sites that ask for it, or what a kernel\n"
    "function asks for and what a denial leads to.",
    "The classes:\n"
    "  required      the answer decides\n"
    "  alternative   one of several capabilities would do\n"
    "  first         asked before another condition that may allow the operation all the same\n"
    "  limit         asked once a limit is exceeded (limit-first: before it is compared)\n"
    "  advisory      a denial leaves something out or undone, and no error says so\n"
    "  probe         asked only to know the answer; a denial reduces what is shown\n\n"
    "Examples:\n"
    "  capanalyze explain CAP_CHOWN\n"
    "  capanalyze explain setattr_prepare\n"
    "  capanalyze explain --knowledge sites.tsv can_nice\n"};
const HelpPage info_page = {
    "info", "FILE",
    "What the trace file says about the recording and about itself: host, hook, clocks, counts, sizes, losses.",
    "Examples:\n"
    "  capanalyze info run.cap\n"
    "  capanalyze info --json run.cap | jq .trace.lost\n"};
const HelpPage stacks_page = {
    "stacks", "FILE", "The stacks of the checks of each capability, in the kernel and in the program, with counts.",
    "--folded prints CAPABILITY;program;outermost;...;innermost COUNT, which flame graph programs read: it is\n"
    "capanalyze export --format folded.\n\n"
    "Examples:\n"
    "  capanalyze stacks --cap CAP_SYS_ADMIN run.cap\n"
    "  capanalyze stacks --folded run.cap | flamegraph.pl > checks.svg\n"};
const HelpPage export_page = {
    "export", "FILE",
    "The checks in formats that other programs read: flame graphs by where they came from, timelines by when they\n"
    "happened, tables for databases.",
    "Formats:\n"
    "@EXPORT_FORMATS@"
    "A stack begins with the capability and the program, continues with functions of the program and of the kernel,\n"
    "and ends with the kernel function that asked.\n"
    "ndjson and csv have a row for each check, with the same columns.  The column run_id tells runs apart, so that "
    "one\n"
    "table can hold many.  docs/tables.md has the columns, CREATE TABLE for DuckDB, ClickHouse and Spark, and "
    "queries.\n"
    "Standard error says what is missing in an incomplete trace.\n\n"
    "Examples:\n"
    "  capanalyze export --format folded run.cap | flamegraph.pl > checks.svg\n"
    "  capanalyze export --format speedscope -o run.json run.cap && speedscope run.json\n"
    "  capanalyze export --format pprof -o run.pb.gz run.cap && go tool pprof -top run.pb.gz\n"
    "  capanalyze export --format perfetto run.cap | gzip > run.json.gz      open it in ui.perfetto.dev\n"
    "  capanalyze export --format ndjson run.cap >> checks.ndjson\n"};
const HelpPage pack_page = {
    "pack", "FILE", "A copy of the trace that shows its user stacks anywhere: run it where the trace was recorded.",
    "The programs and libraries that occur in user stacks are found by build id.  From each, the copy takes the "
    "unwind\n"
    "information, the symbol tables and, where there is debug information, functions and lines of the places that\n"
    "occur.  From the code it takes only the calls that were made, and gaps of up to 64 bytes between two parts that\n"
    "are needed.  Everything else is copied unchanged: an incomplete trace stays incomplete.\n"
    "Standard error says what was not found.\n\n"
    "Examples:\n"
    "  capanalyze pack run.cap -o run.packed.cap\n"
    "  capanalyze pack --debug-dir symbols/ run.cap -o - | ssh desk 'cat > run.cap'\n"};
const HelpPage merge_page = {
    "merge", "FILE | FOLDER ...",
    "One trace of many runs: each kind of check once, with an example, and the runs that made it.  The runs may come\n"
    "from different hosts and kernels.  A FOLDER stands for all *.cap below it; a FILE may be merged already.",
    "The result is a trace that report, minimal, why, stacks, diff, check, info, pack, merge and the folded, "
    "speedscope\n"
    "and pprof formats of export read.  It has no processes and no single checks.\n"
    "A run that is given twice counts once.  Each count of checks is the largest of any one run.  What is incomplete\n"
    "stays incomplete, and minimal, diff and check say so.\n\n"
    "Examples:\n"
    "  capanalyze merge runs/ -o all.cap\n"
    "  capanalyze merge all.cap tonight.cap -o all.cap\n"
    "  capanalyze all.cap                      what was needed in how many of the runs\n"};
const HelpPage events_page = {
    "events", "FILE", "Every capability check, one line each, as soon as the outcome of its syscall is known.",
    "Columns:\n"
    "  TIME     of the check, on the clock of --time; checks of one thread are in order, those of several nearly so\n"
    "  UID      effective user id of the credential that was asked\n"
    "  PID      process id in the recorder's PID namespace\n"
    "  AUDIT    1 or 0: would a denial go to the audit log?  ? when neither the hook nor the kernel site tells\n"
    "  VERDICT  + granted or - denied, then what it meant: see capanalyze report --help\n"
    "  OUTCOME  of the syscall: ok, a value, an error, or why it is not known; - outside of syscalls\n"
    "  OBJECT   what the syscall acted on; (xN): N such checks\n"
    "Filters may be repeated, and lists may be separated by commas; a check must pass every kind of filter given.\n\n"
    "Examples:\n"
    "  capanalyze events --verdict required,missing run.cap\n"
    "  capanalyze events --cap chown --image chown -K run.cap\n"
    "  capanalyze events --unique --verdict denied run.cap\n"
    "  caprec -o - -- ./job | capanalyze events -f -\n"};

}  // namespace caprec
