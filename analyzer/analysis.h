// SPDX-License-Identifier: Apache-2.0
//
// Everything that report, minimal, tree and the JSON outputs may say of one trace: pure data, made by
// pipeline.h, read by emit/.  Strings are raw bytes of the traced system unless said otherwise: every emitter
// escapes.  Counts are of capability checks.  An `image` is what image_name.h makes of a path and its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/symbols/user_frame.h"
#include "schema/capability.h"
#include "schema/merged_rows.h"
#include "schema/run_info.h"

namespace caprec {

enum class Verdict : std::uint8_t {
    required,      // a granted check that decided
    alternative,   // one of several capabilities that would do
    missing,       // denied, and the syscall failed for it
    unclassified,  // not known: kept in the set, and flagged
    not_needed,    // asked, but did not decide
};
// The order above is also that of strength: a capability's verdict is the strongest of its reasons.
const char* verdict_name(Verdict verdict);  // "not_needed"

// A thread is at its start until it gives up capabilities for good, for the last time in the recording: its permitted
// or its bounding set shrinks through set*id, capset or prctl.  What it starts after that is after the drop, too.
enum class Phase : std::uint8_t { startup, after_drop };
const char* phase_name(Phase phase);  // "startup", "after-drop"

// Why the outcome of a check's syscall is not known.
enum class NoOutcome : std::uint8_t { known, lost, thread_ended, recording_ended, no_syscall, hook_off };
const char* no_outcome_text(NoOutcome why);  // "the thread ended in the syscall"

// The answer to a netlink request; refused: it was the error of a refusal.
enum class Acknowledgement : std::uint8_t { unknown, done, refused, failed };

// Checks that agree in (capability, image, syscall, errno, rule, site, result, phase), with one example.
struct Reason {
    unsigned capability = 0;
    Verdict verdict = Verdict::unclassified;
    bool granted = false;
    std::uint64_t count = 0;    // of several runs: in one of them at most
    std::size_t runs = 1;       // in how many it was seen
    std::string rule;           // id of the rule that decided: "overcommit"; ours, not escaped
    std::string why;            // its reason in one line, with what is known of the site; ours
    bool inconclusive = false;  // a denial: what came of it is not in the recording
    bool by_recorder = false;   // asked by the recorder's own child, before it was the command
    CapabilitySet any_of;       // what would have met the need: the capability, or any of several
    Phase phase = Phase::startup;
    std::string asked_by;       // which calls ask there; ours, may be empty
    bool by_syscall = false;    // judged by the syscall alone: the kernel's functions have no names
    std::string image;          // of the executable: a name as image_name.h makes them
    std::string comm;           // of the example
    std::uint64_t process = 0;  // of the example: Process::id
    std::string syscall;        // "openat"; empty: not in a syscall
    std::optional<int> error;   // errno of the syscall; nothing: it succeeded or its outcome is not known
    NoOutcome outcome = NoOutcome::known;
    std::string object;  // of the example: path, printable address or command word; may be empty
    bool object_truncated = false;
    std::string site;  // first kernel frame outside the helpers: "setattr_prepare"; empty: not known
    std::vector<std::string> kernel_stack;  // "setattr_prepare+0x1a4", innermost first, helpers included
    ResolvedStack user_stack;  // without frames: `incomplete` says why; that is empty, too, when none was wanted
};

struct CapabilityFinding {
    unsigned capability = 0;
    Verdict verdict = Verdict::not_needed;
    std::uint64_t granted = 0, denied = 0;
    // The first ten, strongest verdict first, then most frequent.  They include those where the kernel asked for
    // another capability, in whose place this one is in the set: see Reason::capability.
    std::vector<Reason> reasons;
    std::uint64_t more_reasons = 0;  // how many were left out
    bool mixed = false;              // needed where it was granted, and denied elsewhere
    std::size_t runs = 1;            // in how many it had this verdict
    CapabilitySet met_by;            // it is not in the set: those that are there in its place; empty otherwise
};

// The same for one program: what its processes asked for, of one capability, while they ran it, and the answers.
struct ProgramFinding {
    std::string image;  // path of the executable
    unsigned capability = 0;
    std::optional<Reason> granted, denied;  // the strongest of each, then the most frequent; nothing: there is none
};

// A program or library that was mapped where user stacks were taken.
struct LoadedFile {
    std::string path, build_id;  // the id as raw bytes; empty: not known
    friend auto operator<=>(const LoadedFile&, const LoadedFile&) = default;
};

// Most frequent first, look-ups after everything else; ten at most.
struct ReasonList {
    std::vector<Reason> reasons;
    std::uint64_t more = 0;  // how many were left out
};

// Calls that ended in EPERM or EACCES though no capability was denied in them, with what is known of why.
struct OtherRefusal {
    std::string image, comm;  // comm: of one of them; of several runs empty
    std::string syscall;
    int error = 0;
    std::string object;
    bool object_truncated = false;
    bool filtered = false;  // a seccomp filter, or its strict mode, was on
    bool no_new_privs = false;
    bool look_up = false;     // only finds out whether something is there, or is refused as a matter of course
    std::uint64_t count = 0;  // of several runs: in one of them at most
    std::string why;          // what else may refuse such a call; ours, may be empty
};

// Most frequent first, look-ups last; ten at most.
struct OtherRefusals {
    std::vector<OtherRefusal> calls;
    std::uint64_t more = 0;  // kinds that were left out
    std::uint64_t lost = 0;  // kinds that found no place
};

// What was left out as noise, by rule.
struct NoiseLine {
    std::string rule, why;
    std::uint64_t count = 0;
    CapabilitySet capabilities;
};

// What the set must satisfy: at least one of `any_of`, for a program in one of its phases.
struct Need {
    CapabilitySet any_of;
    bool classified = true;   // false: it is there only because nobody knows better
    bool missing = false;     // none was held: something was denied, and failed for it
    bool look_up = false;     // missing, in a call that only finds out whether something is there, as along a PATH
    bool once_given = false;  // missing, yet it was granted: needed as soon as what was denied beside it is given
    bool by_choice = false;   // inside a user namespace: of a set that somebody chose, as container engines do
    std::string image = {};   // path of the executable
    Phase phase = Phase::startup;
    friend bool operator==(const Need&, const Need&) = default;
};

// Capabilities that a program kept in a capset that gave up others, after it had looked at its sets, and that nothing
// needed.  If it asks for exactly these in any case, capset fails without them.
struct KeptNote {
    std::string image;  // path of the executable
    CapabilitySet capabilities;
};

// A step in which threads of a program gave up capabilities for good.
struct DropStep {
    std::string image;                  // path of the executable
    std::uint64_t number = 0;           // from 1, in its thread
    std::string call;                   // "setuid"; empty: not known
    CapabilitySet permitted, bounding;  // what went of these sets
};

struct Clause {                    // at least one of them is needed
    std::vector<unsigned> any_of;  // ascending
    unsigned chosen = 0;
    bool missing = false;  // none of them was held: it was denied, something failed, and the user asked to include it
};

struct MinimalSet {
    CapabilitySet capabilities;
    std::vector<Clause> clauses;  // one each, single-capability clauses included, by chosen capability
    CapabilitySet unclassified;   // members that are there only because they could not be classified
};

// What the trace tells of a program besides its path.
struct ProgramFile {
    std::string image;
    std::uint64_t device = 0, inode = 0;  // device: major << 20 | minor
    std::string content;                  // build id or SHA-256, raw bytes; empty: not known
    bool is_build_id = false;
    std::uint32_t mode = 0, owner = 0, group = 0;  // mode 0: not known, the owner neither
    std::uint64_t mount_namespace = 0;             // of its process
    std::string root;                              // what stands before the path there; empty: nothing does
    bool capabilities_known = false, effective = false;
    CapabilitySet permitted, inheritable;
    std::uint32_t root_id = 0;
    bool gained =
        false;  // who executed it had more capabilities then, or other effective ids: no_new_privs forbids that
    friend auto operator<=>(const ProgramFile&, const ProgramFile&) = default;
};

// What a process ran between one exec and the next, and what was asked while it ran.
struct Program {
    std::string image;              // path of the executable
    std::vector<std::string> argv;  // empty, image too: what the process asked before its first exec
    bool argv_truncated = false;
    std::uint32_t file = 0;                  // of Analysis::program_files, counted from 1; 0: not known
    CapabilitySet granted, denied, checked;  // as those of Process, of this program alone
};

struct Process {
    static constexpr std::size_t max_programs = 16, max_path_bytes = 4096;

    std::uint64_t id = 0, parent = 0;  // parent 0: the command itself, or unknown
    std::uint32_t tgid = 0;            // in the recorder's PID namespace
    std::string comm;                  // the last one
    std::string image;                 // path of the last executable; empty: it never ran exec, see comm
    std::vector<std::string> argv;     // of the last exec; inherited through fork
    bool argv_truncated = false;
    std::uint32_t file = 0;  // of the last exec: of Analysis::program_files, counted from 1; 0: not known
    std::uint32_t exec_count = 0, thread_count = 0;
    std::uint32_t uid = 0;  // effective, the newest known
    bool uid_known = false;
    std::uint64_t start = 0;  // ns, monotonic
    std::optional<std::uint64_t> end;
    std::optional<int> exit_status, signal;  // neither: it was alive at the end, or its exit was lost
    bool alive_at_end = false;
    bool placeholder = false;       // known only from its checks: its start was lost
    CapabilitySet granted, denied;  // by verdicts required, alternative or unclassified / missing
    CapabilitySet checked;          // all that was asked; lacks what is granted though the kernel did not ask

    // The programs one after the other, when there is more to say than above: after more than one exec, or when
    // something was granted or denied before the first exec, which makes a first entry without image and argv.  With
    // more execs than max_programs, the first ones and the last are here, and those between are summed up in left_out.
    // It is empty for one program, which the fields above describe, or none; when exec_count is above 1, there were too
    // many processes with too much to say.
    std::vector<Program> programs;
    std::uint32_t programs_left_out = 0;
    Program left_out;  // the sets only
};

// What is wrong with a trace, most serious first.  `complete` is true when nothing can be missing.
struct Completeness {
    bool complete = true;
    std::vector<std::string> problems;  // one line each, ours: "12 checks were lost: the ring buffer was full"
    bool cut = false, still_recording = false, damaged = false, limits_reached = false;
    Losses losses;
    std::uint64_t unknown_chunks = 0, unknown_columns = 0;
};

// One run of a merged trace.
struct SummedRun : RunOutline {  // its setting is in RunFacts::settings
    std::string host;
    bool complete = false;
};

// The header and the footer of a merged trace have what all of its runs agree in; times are added.
struct RunFacts {
    RunHeader header;
    std::optional<RunFooter> footer;
    std::uint64_t first_time = 0, last_time = 0;  // ns, monotonic, of the events read
    std::uint64_t checks = 0, outcomes = 0;       // rows read
    std::uint64_t processes = 0, threads = 0, io_workers = 0;
    std::uint64_t withheld_objects = 0;
    bool kernel_symbols = true;      // false: frames have no names; see header.symbol_source
    std::vector<std::string> notes;  // what a reader of the results should know; may name a file
    std::vector<SummedRun> runs;     // by start; empty: the trace is a recording of one run
    std::vector<RunHeader> settings;

    std::size_t run_count() const { return runs.empty() ? 1 : runs.size(); }
};

// How long was recorded, in ns: to the footer, or to the last event without one.  Several runs are added up.
std::uint64_t recorded_time(const RunFacts& run);

// "2 processes were still running when the recording ended..."; empty: none was, or it is not known.
std::string survivors_note(const RunFacts& run);

// The recorder started, but execve of the command failed: the trace tells nothing of what the command needs.
inline bool never_ran(const RunFacts& run) {
    return run.footer && run.footer->target.kind == TargetStatus::Kind::not_executed;
}

// What was needed inside user namespaces that the run made itself, as a container of an ordinary user does.  It is
// nothing that the host has to give: whoever makes the namespace gives it.
struct InsideNeeds {
    std::vector<Need> needs;
    std::vector<Reason> reasons;  // one for each of them
    MinimalSet minimal;           // of all that was granted
    CapabilitySet missing;        // any of them was denied, and something failed for it

    bool empty() const { return needs.empty(); }
    bool by_choice() const;  // somebody chose a set for what runs in there: a container, most likely
};

struct Analysis {
    RunFacts run;
    Completeness completeness;
    MinimalSet minimal;
    std::vector<CapabilityFinding> capabilities;  // by strength of verdict, then number
    std::vector<ProgramFinding> by_program;       // by image, then number; only when they were asked for
    std::vector<LoadedFile> files;                // likewise; by path, none twice
    std::vector<Need> needs;                      // all of them, missing ones too; different from each other
    std::vector<Reason> need_reasons;  // the most frequent of each need, in their order; only when they were asked for
    ReasonList failures;               // denials that made a syscall fail
    ReasonList refused;                // granted, yet refused by something else
    ReasonList given_up;               // denied, and held before: the program gave it up itself, so no set mends that
    ReasonList tolerated;              // denied, and it did without
    OtherRefusals others;              // refused, and not a matter of capabilities
    InsideNeeds inside;
    std::vector<KeptNote> kept;        // by image
    std::vector<std::string> lookers;  // images that read their own sets and set none: they may act by what they saw
    std::vector<DropStep> drops;       // by image and number
    std::vector<NoiseLine> noise;      // most frequent first
    std::vector<Process> processes;    // by id: parents come before their children; none of several runs
    std::vector<ProgramFile> program_files;
    std::vector<std::string> images;  // of all programs that ran, as image_name.h makes them, sorted
};

// The steps of programs that made several.
std::vector<DropStep> several_drops(const Analysis& analysis);

// The executables that ran, and "" where a need is of one that is not known; ascending.
std::vector<std::string> executables_of(const Analysis& analysis);

// Null when it was never asked for.
const CapabilityFinding* find_finding(const Analysis& analysis, unsigned capability);

}  // namespace caprec
