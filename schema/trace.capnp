# The capability trace: a stream of packed Cap'n Proto messages, each a Chunk.
# The prose specification, with the rules for readers and writers, is README.md beside this file.
#
# Evolution is append-only: numbers are never reused, arms and columns are only added.  A reader counts
# and skips what it does not know.  Bytes that come from the traced system (paths, argv, comm, host
# names) are Data: the kernel promises no encoding.
@0xc4f0b7d5a1e93c62;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("caprec::format");

const magic :UInt64 = 0x4543415254504143;  # "CAPTRACE" as the bytes of a little-endian word

struct Chunk {
  magic @0 :UInt64;     # must equal the constant above, in every chunk
  sequence @1 :UInt64;  # 0, 1, 2, ... without a gap
  crc @2 :UInt32;       # CRC32C over the unpacked segment with this field zero; at byte 24
  union {
    header @3 :Header;    # the first chunk, and only the first
    tables @4 :Tables;    # definitions, always before their use
    events @5 :Events;
    summary @6 :Summary;  # first-seen rows, or many runs merged into one
    footer @7 :Footer;    # the last chunk; without one the recording goes on or was cut
    files @8 :Files;      # parts of mapped files; behind the header, before everything that refers to them
  }
}

# ---------------------------------------------------------------------------------------- header

struct Header {
  formatVersion @0 :UInt16;    # 4
  minReaderVersion @1 :UInt16; # the oldest reader that may trust this file
  recorder @2 :Text;           # name and version
  runId @3 :Data;              # 16 random bytes, unique for each recording
  start @4 :Clock;
  host @5 :Host;
  hook @6 :Hook;
  command @7 :List(Data);
  workingDirectory @8 :Data;
  caller @9 :Caller;
  sysctls @10 :List(Setting);
  lsms @11 :List(Text);        # active Linux security modules, in order
  lsmsKnown @12 :Bool;         # false: the kernel would not tell
  options @13 :Options;
  targetThread @14 :UInt64;    # the thread (and process) id of the command
  homeNamespace @15 :UserNamespace;  # the user namespace that the recorder was started in
  withholding @16 :Bool;       # the recorder has more privilege than its caller: objects and user
                               # stacks of processes that gained privilege are left out
  symbolSource @17 :SymbolSource;
  commandLeftOut @18 :UInt32;  # number of arguments that `command` lacks at the end of a long command line
  mappingSource @19 :MappingSource;
  mappingBufferBytes @20 :UInt64;  # size of each CPU's ring of mapping records
  mappingRefusal @21 :Text;    # the kernel's refusal of larger rings, or of all; empty: it refused nothing
  scope @22 :Scope;
  scopeNames @23 :List(Data);  # what was asked for: process numbers, one cgroup's path; none for the others
}

# What was recorded: a command that the recorder started, processes that ran already, all in a cgroup and below it, or
# all of the machine; each with what they start.  Only of the first there is a target thread.
enum Scope { command @0; processes @1; cgroup @2; machine @3; }

# perf: records of perf_event_open(2) for the whole system; bpf: a program at perf_event_mmap() for the recorded tasks
enum MappingSource { unknown @0; perf @1; none @2; bpf @3; }

enum SymbolSource { unknown @0; kernel @1; none @2; }  # kernel: the running kernel itself gives the names

struct Clock {  # the clocks are read together, so that each converts into the others
  monotonic @0 :UInt64;   # ns, the clock of every event
  boottime @1 :UInt64;    # ns
  realtime @2 :UInt64;    # ns since 1970-01-01 UTC
  utcOffset @3 :Int32;    # seconds east of UTC on the recording host
}

struct Host {
  name @0 :Data;
  kernelRelease @1 :Data;
  kernelVersion @2 :Data;
  machine @3 :Data;       # uname -m
  bootId @4 :Data;
  arch @5 :Arch;
  pageSize @6 :UInt32;
}

enum Arch { unknown @0; x8664 @1; arm64 @2; }

struct Hook {
  kind @0 :HookKind;
  hasOptions @1 :Bool;           # the hook sees cap_capable's opts (audit, insetid)
  attached @2 :List(Text);       # every program that is attached
  blindSpots @3 :List(Text);     # things that this choice of hooks cannot see, in words
  refused @4 :List(Text);        # better hooks, each with its needs and the kernel's answer
}

enum HookKind { unknown @0; tracepoint @1; fexit @2; kprobe @3; }

struct Caller {
  uid @0 :UInt32;
  gid @1 :UInt32;
  effectiveUid @2 :UInt32;
  onBehalfOfUid @3 :UInt32;      # under sudo: the user who called it; otherwise equal to uid
  runAsUser @4 :Data;            # -u USER, empty without it
  runAsUid @5 :UInt32;
  pidNamespaceLevel @6 :UInt32;  # 0: the initial PID namespace
}

struct Setting { name @0 :Text; value @1 :Data; }  # the value is one line, as the kernel printed it

struct Options {
  bufferBytes @0 :UInt64;
  walkEveryStack @1 :Bool;
  waitForDescendants @2 :Bool;
  userStacks @3 :UserStackMode;
  onlyKinds @4 :Bool;             # checks and calls of a kind that is in the file already are only counted
}

enum UserStackMode { unknown @0; none @1; snapshot @2; framePointers @3; }

struct UserNamespace {
  inode @0 :UInt32;   # as in /proc/PID/ns/user
  level @1 :UInt32;   # 0: the initial one
  owner @2 :UInt32;   # its creator's uid, in the initial namespace's numbers
}

# ---------------------------------------------------------------------------------------- tables
# Every table has ids of its own, counted from 1 through the whole file; 0 means unknown.  A list here
# holds the ids firstX, firstX + 1, ...  An entry may stand twice with two ids (the writer forgets).

struct Tables {
  firstString @0 :UInt64;      strings @1 :List(Data);
  firstNamespace @2 :UInt64;   namespaces @3 :List(UserNamespace);
  firstCredential @4 :UInt64;  credentials @5 :List(Credential);
  firstObject @6 :UInt64;      objects @7 :List(Object);
  firstModule @8 :UInt64;      modules @9 :List(Module);
  firstFrame @10 :UInt64;      frames @11 :List(Frame);
  firstStack @12 :UInt64;      stacks @13 :List(KernelStack);
  firstUserStack @14 :UInt64;  userStacks @15 :List(UserStack);
}

struct Credential {
  uid @0 :UInt32;   euid @1 :UInt32;  suid @2 :UInt32;  fsuid @3 :UInt32;
  gid @4 :UInt32;   egid @5 :UInt32;  sgid @6 :UInt32;  fsgid @7 :UInt32;
  effective @8 :UInt64;  permitted @9 :UInt64;  inheritable @10 :UInt64;
  bounding @11 :UInt64;  ambient @12 :UInt64;
  securebits @13 :UInt32;
  noNewPrivs @14 :Bool;
  namespace @15 :UInt64;        # table of namespaces
  groups @16 :List(UInt32);     # the first 64
  groupCount @17 :UInt32;       # number of all groups
  groupHash @18 :UInt64;        # covers all groups; comparable inside one file only
}

struct Object {               # the thing that a syscall was asked to act on
  kind @0 :ObjectKind;
  bytes @1 :Data;             # path: at most 255 bytes; socket address: as passed; command: 4 or 8 bytes
  truncated @2 :Bool;
}

enum ObjectKind { unknown @0; path @1; socketAddress @2; command @3; }

struct Module {
  name @0 :UInt64;            # string: "vmlinux", a kernel module's name; user: the path as the process's root saw
                              # it, "[vdso]", "//anon" (code made at run time), "/memfd:x (deleted)"
  kind @1 :ModuleKind;
  buildId @2 :Data;           # empty: unknown
  device @3 :UInt32;          # for a user module without a build id, which nothing else identifies:
  inode @4 :UInt64;           # major << 20 | minor; 0: unknown
}

enum ModuleKind { unknown @0; kernel @1; kernelModule @2; user @3; bpf @4; }

struct Frame {                # never a raw address
  module @0 :UInt64;
  symbol @1 :UInt64;          # string; 0: the kernel has no name for it
  offset @2 :UInt32;          # bytes from the symbol's start
}

struct KernelStack {
  frames @0 :List(UInt32);    # frame ids, innermost first
  truncated @1 :Bool;         # deeper than the recorder walks
}

struct UserStack {            # a user-space stack; position independent, and nothing but pointers: see README.md
  data @0 :Data;              # never used
  kind @1 :UserStackKind;
  flags @2 :UInt32;           # userStack* below
  bytes @3 :UInt32;           # length of the snapshot, from the stack pointer up; 0 without one
  registers @4 :List(UInt64); # the pointers in them, by DWARF number; 0: the register held none
  places @5 :List(UInt16);    # the 8-byte words of the snapshot that are kept, counted from the stack pointer: each is
                              # the difference to the one before it (the first: to -1), less 1
  pointers @6 :List(UInt64);  # the pointers in these words; framePointers: the frames, innermost first
}

# A pointer is module << 40 | offset: with a module, bytes from the start of its file (of the mapping, for "//anon");
# with module 0, 1 + bytes from the snapshot's stack pointer.  0 is none.

enum UserStackKind { unknown @0; snapshot @1; framePointers @2; }

const userStackCut :UInt32 = 0x1;         # there is more stack above than the recorder keeps
const userStackUnreadable :UInt32 = 0x2;  # the stack ends early: memory could not be read
const userStackAlternate :UInt32 = 0x4;   # a signal handler's own stack: the interrupted stack is elsewhere
const userStackNoMappings :UInt32 = 0x8;  # records of mappings were lost before it: pointers may be missing

# ---------------------------------------------------------------------------------------- events
# A column is a list of differences of 64-bit values, modulo 2^64: value[i] = value[i-1] + d[i], value[-1] = 0; the list
# holds each d with its sign as the lowest bit: 0, -1, 1, -2 are 0, 1, 2, 3 (zigzag).  Columns marked dd hold
# differences of differences (the first difference before row 0 is 0).  A list shorter than `count` is continued with
# zeros; a longer one is an error, and so is a shorter `time` (for outcomes, which have none: `value`), or a `count` of
# more than 65,536.  `order` is the event's place in the ring buffer, without regard to its type: merging the types by
# it gives back the one sequence.  Times are ns of the monotonic clock; they may run backwards by a little between CPUs.

struct Events {
  losses @0 :Losses;              # counted so far
  checks @1 :Checks;
  outcomes @2 :Outcomes;
  credentialChanges @3 :CredentialChanges;
  tasks @4 :Tasks;
  execs @5 :Execs;
  exits @6 :Exits;
  renames @7 :Renames;
  mappings @8 :Mappings;
  comparisons @9 :Comparisons;
  refusals @10 :Refusals;
  capabilityRequests @11 :CapabilityRequests;
  places @12 :Places;
}

struct Losses {  # counts, since the start, of things that could not be recorded
  checks @0 :UInt64;
  outcomes @1 :UInt64;
  processes @2 :UInt64;           # new task, exec, exit and rename events, and tasks that could not be followed
  credentials @3 :UInt64;         # contents of credentials, and changes
  stacks @4 :UInt64;
  mappings @5 :UInt64;
  objects @6 :UInt64;
  firstSeen @7 :UInt64;           # keys that found no place in the first-seen map
  userStacks @8 :UInt64;
  comparisons @9 :UInt64;
  refusals @10 :UInt64;           # kinds of refusal that found no place in their table
  skipped @11 :UInt64;            # runs of the recorder's programs that the kernel left out, whichever task's they were
}

struct Checks {
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  thread @3 :List(Int64);
  capability @4 :List(Int64);     # number
  result @5 :List(Int64);         # cap_capable's return value: 0 granted, -EPERM denied
  options @6 :List(Int64);        # cap_capable's opts + 1; 0: the hook cannot tell
  context @7 :List(Int64);        # 0 task, 1 softirq, 2 hardirq or NMI, 3 an interrupt of unknown kind
  flags @8 :List(Int64);          # see README.md: checkFlag* below
  targetNamespace @9 :List(Int64);
  credential @10 :List(Int64);    # the credential that the check was about
  abi @11 :List(Int64);           # 0 not in a syscall, 1 x86-64, 2 i386, 3 x32, 4 arm64, 5 arm
  syscall @12 :List(Int64);       # number in that ABI; 0 when not in a syscall
  arg0 @13 :List(Int64);  arg1 @14 :List(Int64);  arg2 @15 :List(Int64);
  arg3 @16 :List(Int64);  arg4 @17 :List(Int64);  arg5 @18 :List(Int64);
  syscallSequence @19 :List(Int64);  # dd; counts the thread's syscalls; joins with outcomes
  stack @20 :List(Int64);         # kernel stack, walked or known again; 0: neither, or lost (flags)
  userStack @21 :List(Int64);
  object @22 :List(Int64);
  key @23 :List(Int64);           # equal numbers mean equal image, syscall, arguments 0-1 without addresses,
                                  # capability, result, user ip, stack depth, namespace and credential; and equal
                                  # kernel stack, unless a check with stack 0 has no checkFlagSiteUnknown
}

const checkFlagRealCredential :UInt32 = 0x1;      # about the task's real credential
const checkFlagCurrentCredential :UInt32 = 0x2;   # about the task's current (subjective) credential
const checkFlagKernelThread :UInt32 = 0x4;
const checkFlagIoWorker :UInt32 = 0x8;
const checkFlagBeforeExec :UInt32 = 0x10;         # between the recorder's fork and the command's exec
const checkFlagWalked :UInt32 = 0x20;             # looked at closely: objects were read, user stacks taken
const checkFlagStackLost :UInt32 = 0x40;
const checkFlagObjectWithheld :UInt32 = 0x80;
const checkFlagObjectUnreadable :UInt32 = 0x100;
const checkFlagNewborn :UInt32 = 0x200;           # in a task's first return from its parent's clone
const checkFlagExiting :UInt32 = 0x400;           # the task has begun to exit
const checkFlagUserStackLost :UInt32 = 0x800;     # the stack was to be taken, and could not be read or kept
const checkFlagUserStackWithheld :UInt32 = 0x1000;
const checkFlagInExec :UInt32 = 0x2000;           # execve has left the old program and not begun the new one: there
                                                  # is no user stack
const checkFlagCompatTask :UInt32 = 0x4000;       # 32-bit code, whose stack is not taken
const checkFlagArgumentsWithheld :UInt32 = 0x8000;  # only numbers, flags and small sizes are there; the others are 0
const checkFlagSiteUnknown :UInt32 = 0x10000;     # its kernel stack is not among those known for its kind
const checkFlagCredentialOfRun :UInt32 = 0x20000; # not about the task's real credential, but about one that a followed
                                                  # task has or had as its real one: that task opened what is used here
const checkFlagCredentialUnsure :UInt32 = 0x40000; # ... or perhaps not: there were more than the recorder remembers

struct Outcomes {                 # only for syscalls with a check or outcomeBeyondMemlock; they have no time: a clock
  count @0 :UInt32;               # costs more than the rest of an outcome
  order @1 :List(Int64);          # dd
  thread @2 :List(Int64);
  syscallSequence @3 :List(Int64);  # dd
  abi @4 :List(Int64);
  syscall @5 :List(Int64);
  value @6 :List(Int64);          # the return value; -errno on failure
  # For a netlink request, the kernel's answer while it was sent: 1 + errno, 1 for success, with the bit of
  # acknowledgementNamesNothing; 0: no answer, or it is not known.
  acknowledgement @7 :List(Int64);
}

const acknowledgementCode :UInt32 = 0xffff;
const outcomeBeyondMemlock :UInt32 = 0x20000;  # no answer: the call pinned memory beyond RLIMIT_MEMLOCK, or was refused
                                              # that without CAP_IPC_LOCK; no check is made in it
const acknowledgementNamesNothing :UInt32 = 0x10000;  # the request is a header of its family, all of it zero

struct CredentialChanges {        # one for each exit of a syscall that can change credentials; equal ids: no change
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  thread @3 :List(Int64);
  syscallSequence @4 :List(Int64);  # dd
  abi @5 :List(Int64);
  syscall @6 :List(Int64);
  before @7 :List(Int64);         # credential
  after @8 :List(Int64);
}

struct CapabilityRequests {       # one for the exit of each capset, capget and refused prctl(PR_CAP_AMBIENT_RAISE):
                                  # it comes before the change of credentials that the call made
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  thread @3 :List(Int64);
  syscallSequence @4 :List(Int64);  # dd
  abi @5 :List(Int64);
  syscall @6 :List(Int64);
  value @7 :List(Int64);          # the return value; -errno on failure
  version @8 :List(Int64);        # as given
  target @9 :List(Int64);         # thread, in the calling process's PID namespace; 0: the calling one
  flags @10 :List(Int64);         # capabilityRequest* below
  effective @11 :List(Int64);     # the set capset asked for, or capget got; 0 without the first flag, or with another
  permitted @12 :List(Int64);     # for prctl, here and in `inheritable`: the capability that was to be raised
  inheritable @13 :List(Int64);
}

const capabilityRequestHasData :UInt32 = 0x1;     # without it, a capget asked for the version only
const capabilityRequestUnreadable :UInt32 = 0x2;  # the memory with the sets could not be read
const capabilityRequestWithheld :UInt32 = 0x4;    # the program has more privilege than the caller

struct Tasks {                    # a new process, thread or io worker
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  creator @3 :List(Int64);        # thread; 0 for the command itself
  thread @4 :List(Int64);         # an id that the recorder gives: 64 bits, never reused, kept through exec
  process @5 :List(Int64);        # equal to the id of the process's first thread
  kind @6 :List(Int64);           # 0 process, 1 thread, 2 io worker
  cloneFlags @7 :List(Int64);
  credential @8 :List(Int64);
  comm @9 :List(Int64);           # string
  tgid @10 :List(Int64);          # numbers in the initial PID namespace,
  tid @11 :List(Int64);
  recorderTgid @12 :List(Int64);  # in the recorder's,
  recorderTid @13 :List(Int64);
  ownTgid @14 :List(Int64);       # and in the task's own
  ownTid @15 :List(Int64);
  flags @16 :List(Int64);         # taskFlag* below
  startTime @17 :List(Int64);     # ns, boot time; 0: as `time` says
  parentTgid @18 :List(Int64);    # of one that was there before: its parent's number in the recorder's PID namespace
}

const taskFlagThereBefore :UInt32 = 0x1;  # it was not made in this recording: it was found, or came into the scope

struct Execs {
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  thread @3 :List(Int64);
  process @4 :List(Int64);
  given @5 :List(Int64);          # string: the path as given (for a script: the script's)
  path @6 :List(Int64);           # string: resolved path of the final image, as the process's root sees it
  script @7 :List(Int64);         # string: the script, when the kernel ran an interpreter for it; 0 otherwise
  interpreter @8 :List(Int64);    # string: that interpreter as the script names it
  arguments @9 :List(Int64);      # string: argv, each with its final NUL; at most 4096 bytes
  argumentsLength @10 :List(Int64);  # true length
  device @11 :List(Int64);        # the final image's: major << 20 | minor
  inode @12 :List(Int64);
  ctime @13 :List(Int64);         # ns
  before @14 :List(Int64);        # credential
  after @15 :List(Int64);
  flags @16 :List(Int64);         # execFlag* below
  fileState @17 :List(Int64);     # the facts known about the final image: fileState* below
  filePermitted @18 :List(Int64);    # the image's capabilities (security.capability)
  fileInheritable @19 :List(Int64);
  fileRootId @20 :List(Int64);    # they count where uid 0 of the user namespace, or of a parent, is this uid, in the
                                  # recorder's numbers
  mountNamespace @21 :List(Int64);   # the process's, as in /proc/PID/ns/mnt; for a file from elsewhere, its mount's
  outerPath @22 :List(Int64);     # string: the prefix of `path` in that mount namespace; 0: it has none, or withheld
  mode @23 :List(Int64);          # st_mode of the image; 0: withheld, and so is the owner
  owner @24 :List(Int64);  group @25 :List(Int64);  # in the initial user namespace's numbers
  content @26 :List(Int64);       # string: build id or SHA-256, raw bytes; 0: not known
}

const execFlagSecure :UInt32 = 0x1;           # AT_SECURE
const execFlagPathCut :UInt32 = 0x2;
const execFlagPathUnreachable :UInt32 = 0x4;  # it cannot be reached from the process's root
const execFlagPlaced :UInt32 = 0x8;           # the flags below are known
const execFlagFilePowerless :UInt32 = 0x10;   # the file's set-id bits and capabilities have no effect: it is on a
                                              # nosuid mount, or on one of another namespace
const execFlagOtherRoot :UInt32 = 0x20;       # the process's root is neither the command's nor its mount namespace's own
const execFlagOtherMounts :UInt32 = 0x40;     # its mount namespace, or the file's, is not the command's first one
const execFlagWithheld :UInt32 = 0x80;        # fields that the caller could not have learnt are empty or 0
const execFlagThereBefore :UInt32 = 0x100;    # no exec: the program that a process ran which was there before.  `given`
                                              # and `before` are not known, nor `arguments` when it is 0

const fileStateCapabilities :UInt32 = 0x1;    # they were read from the file as it was executed; none is an answer, too
const fileStateEffective :UInt32 = 0x2;       # their effective bit
const fileStateBuildId :UInt32 = 0x4;         # `content` is a build id
const fileStateHash :UInt32 = 0x8;            # `content` is a SHA-256 of the whole file
const fileStateGained :UInt32 = 0x10;         # only in MergedProgram: an exec of the file gave capabilities or ids

struct Exits {
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  thread @3 :List(Int64);
  process @4 :List(Int64);
  status @5 :List(Int64);         # as wait(2) encodes it; the group's when `last` is 1; 0xffffffff: the caller of the
                                  # recorder may not look at this process
  last @6 :List(Int64);           # 1: the last thread of its process
}

struct Renames {                  # a new comm
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  thread @3 :List(Int64);
  comm @4 :List(Int64);           # string
}

struct Mappings {                 # code mapped into a process: mmap, mprotect, exec.  Without its address.  Written before
                                  # the first user stack that may need it: its time may be older than that of rows before.
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  process @3 :List(Int64);
  module @4 :List(Int64);
  offset @5 :List(Int64);         # in the file
  length @6 :List(Int64);         # bytes
}

struct Places {                   # where a process lives: at its first event, and when that changes.  A process without a
                                  # row lives where its creator did
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  thread @3 :List(Int64);
  process @4 :List(Int64);
  cgroup @5 :List(Int64);         # string: path in the cgroup v2 hierarchy, from its root: "/system.slice/cron.service";
                                  # 0: not known
  cgroupId @6 :List(Int64);       # the kernel's number for it, which is used once
  pidNamespace @7 :List(Int64);      # inode numbers, as in /proc/PID/ns/pid; 0: not known
  networkNamespace @8 :List(Int64);
  mountNamespace @9 :List(Int64);
}

struct Comparisons {              # the kernel compared the capability sets of two tasks without a check, in a syscall
                                  # that succeeded; or a syscall with a check was about files in /proc, and the row says
                                  # whose.  Repeats by the same thread may be left out
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  thread @3 :List(Int64);
  syscallSequence @4 :List(Int64);  # dd; joins with checks and outcomes
  abi @5 :List(Int64);
  syscall @6 :List(Int64);
  value @7 :List(Int64);          # the return value; -errno on failure
  kind @8 :List(Int64);           # comparisonKind below
  flags @9 :List(Int64);          # comparison* below
  credential @10 :List(Int64);    # the calling process's
  targetCredential @11 :List(Int64);  # the target's; 0: not known, or withheld, like its number and name
  targetProcess @12 :List(Int64); # the target, when it belongs to the run; 0: it does not, or that is not known
  targetTgid @13 :List(Int64);    # in the recorder's PID namespace; 0: not known
  targetComm @14 :List(Int64);    # string
  entry @15 :List(Int64);         # string: the entry of /proc/PID, as "exe"; 0: it was none
  object @16 :List(Int64);
}

struct Refusals {                 # syscalls that ended in EPERM or EACCES though nothing was denied in them: the first of
                                  # each kind, and at the end of the recording once more with their number
  count @0 :UInt32;
  order @1 :List(Int64);          # dd
  time @2 :List(Int64);
  thread @3 :List(Int64);
  syscallSequence @4 :List(Int64);  # dd
  abi @5 :List(Int64);
  syscall @6 :List(Int64);
  error @7 :List(Int64);          # errno
  flags @8 :List(Int64);          # refusal* below
  credential @9 :List(Int64);
  object @10 :List(Int64);
  key @11 :List(Int64);           # equal numbers: equal image, syscall, errno, flags, credential and object
  times @12 :List(Int64);         # how often so far
  # For execve, the file that was at that path a moment later, where it could be looked at:
  fileState @13 :List(Int64);     # fileState* of Execs
  filePermitted @14 :List(Int64); # the file's capabilities; none where they have no effect (nosuid)
  fileInheritable @15 :List(Int64);
  fileRootId @16 :List(Int64);
}

const refusalChecked :UInt32 = 0x1;    # a check was made in the call, and granted: its outcome follows
const refusalFiltered :UInt32 = 0x2;   # the thread has a seccomp filter
const refusalStrict :UInt32 = 0x4;     # ... or is in seccomp's strict mode
const refusalLast :UInt32 = 0x8;       # the row is not a call, but says how many there were

enum ComparisonKind {
  none @0;                        # no comparison: the row only says whose files these are
  file @1;                        # PTRACE_MODE_FSCREDS: ids of the file system, the calling process's effective set
  real @2;                        # PTRACE_MODE_REALCREDS: real ids, the calling process's permitted set
  nice @3;                        # cap_safe_nice: the calling process's permitted set
}

const comparisonOwn :UInt32 = 0x1;     # the target is the calling process itself
const comparisonByName :UInt32 = 0x2;  # the path as it was given says whose files these are; else the opened file does
const comparisonMany :UInt32 = 0x4;    # several processes, of which the target is one, or none

# --------------------------------------------------------------------------- summary and footer

struct Summary {
  union {
    firstSeen @0 :FirstSeen;
    mergedRuns @1 :Void;          # never used
    merged @2 :Merged;
    counts @3 :KindCounts;
  }
}

struct KindCounts {  # with onlyKinds, now and then: how many more checks there were since the last time, those that are
                     # in the file included.  Sums are modulo 2^64: a row may take back what an earlier one said
  count @0 :UInt32;
  key @1 :List(Int64);            # dd; of the checks
  value @2 :List(Int64);          # column: the outcome of their syscalls, 0 for success, or -errno; 1: none so far
  hits @3 :List(Int64);           # column; as many as `count`
}

struct FirstSeen {  # one row for each kind of check, kept apart from the ring buffer: lost events never hide one
  checks @0 :Checks;              # the first check of each kind, whole; order is its row number
  hits @1 :List(Int64);           # column: how often that kind of check was made; threads hand in up to 64 at a time
                                  # and the rest at their exit: counts that survivors still hold are missing
  outcomeRow @2 :List(Int64);     # column: the row (counted from 0 in this chunk) of this outcome, ascending, ...
  outcomeValue @3 :List(Int64);   # column: 0 for success, or -errno: each is listed once,
  outcomeHits @4 :List(Int64);    # column: and how often it was seen; as many as there are outcomes
}

struct Merged {      # many runs as one: each kind of their checks once, with an example and the runs that made it
  settings @0 :List(Header);      # how runs were recorded, without the facts of a single run: its id, clock, host
                                  # name, boot, working directory and target thread.  Numbered through the whole file
  runs @1 :List(MergedRun);       # from 0, and so are the runs; both come before the kinds that name them
  kinds @2 :Kinds;
  kept @3 :List(KeptCapabilities);
  images @4 :List(UInt64);        # strings: paths of programs that ran
  refusals @6 :List(MergedRefusal);
  drops @7 :List(DropStep);
  programs @8 :List(MergedProgram);
  knowledge @5 :List(Data);       # names of the tables of call sites by which the kinds were told apart
}

struct MergedRun {
  runId @0 :Data;
  setting @1 :UInt32;
  hostName @2 :UInt64;            # string
  start @3 :Clock;
  duration @4 :UInt64;            # ns
  checks @5 :UInt64;
  outcomes @6 :UInt64;
  processes @7 :UInt64;
  target @8 :TargetStatus;
  state @9 :RunState;
  losses @10 :Losses;
  problems @11 :List(UInt64);     # strings: reasons why something may be missing, as told when the run was merged
  notes @12 :List(UInt64);        # strings: the other things that were told
  survivors @13 :UInt64;          # processes that were still alive when the recording ended
}

enum RunState { unknown @0; whole @1; cut @2; damaged @3; recording @4; }

struct DropStep {                 # a step in which threads of a program gave up capabilities for good
  image @0 :UInt64;
  number @1 :UInt64;              # counted from 1 in its thread
  call @2 :UInt64;                # string
  permitted @3 :UInt64;           # the capabilities that went from these sets
  bounding @4 :UInt64;
}

struct KeptCapabilities {         # how a program dealt with its own sets
  image @0 :UInt64;
  capabilities @1 :UInt64;        # those that a capset kept when it gave up others, after the program had read its sets
  looked @2 :Bool;                # it read its own sets
  asked @3 :Bool;                 # it called capset
}

struct MergedRefusal {            # see Refusals
  image @0 :UInt64;               # string
  object @1 :UInt64;
  abi @2 :UInt8;
  syscall @3 :UInt32;
  error @4 :UInt32;
  flags @5 :UInt32;
  noNewPrivs @6 :Bool;
  times @7 :UInt64;               # the most in one run
}

struct MergedProgram {            # a file that was executed, see Execs
  image @0 :UInt64;               # string
  device @1 :UInt32;
  inode @2 :UInt64;
  content @3 :UInt64;             # string
  fileState @4 :UInt32;
  mode @5 :UInt32;
  owner @6 :UInt32;
  group @7 :UInt32;
  mountNamespace @8 :UInt64;
  outerPath @9 :UInt64;           # string
  permitted @10 :UInt64;
  inheritable @11 :UInt64;
  rootId @12 :UInt32;
}

struct Kinds {                    # kinds of check, as far as a rule, today's or a later one, may tell them apart
  count @0 :UInt32;
  checks @1 :Checks;              # the examples, without thread, time and key; order is the row number
  order @2 :List(Int64);          # the same row number
  setting @3 :List(Int64);        # the example's
  exampleRun @4 :List(Int64);
  image @5 :List(Int64);          # string
  comm @6 :List(Int64);           # string
  tgid @7 :List(Int64);           # in the recorder's PID namespace
  outcome @8 :List(Int64);        # 0 known, 1 lost, 2 the thread ended, 3 the recording ended, 4 no syscall, 5 hook off
  error @9 :List(Int64);          # errno of the syscall; 0: none, or not known
  phase @10 :List(Int64);         # 0 startup, 1 after the first drop of capabilities
  siteSource @11 :List(Int64);    # 0 walked, 1 inherited from its key, 2 ambiguous, 3 lost
  siteStack @12 :List(Int64);     # kernel stack: its own, or that of its key; 0: not known
  deniedBefore @13 :List(Int64);  # capabilities in the same syscall: denied directly before it,
  grantedAfter @14 :List(Int64);  # for a denied check: granted after it, with only denied ones between,
  deniedAfter @15 :List(Int64);   # denied later
  credentialAfter @16 :List(Int64);  # credential after the syscall; for a comparison: the target's; 0: not known
  flags @17 :List(Int64);         # kindFlag* below
  notAsked @18 :List(Int64);      # 0 it was asked for; needed all the same: 1 uid 0 was mapped, 2 it joined a set,
                                  # 3 memory was pinned beyond the limit, 4 pinning was refused, 5 sets were compared,
                                  # 6 compared with unknown ones, 7 capset named it; 8 capset failed for want of it,
                                  # 9 or of CAP_SETPCAP; 10 the executed file has it and makes it effective;
                                  # 11 execve failed, as such a one is not in the bounding set
  most @19 :List(Int64);          # the most checks of this kind in one run
  # Which runs made such a check, as ranges: column by column, ascending by kind and run.
  rangeKind @20 :List(Int64);
  rangeFirst @21 :List(Int64);    # number of a run
  rangeLength @22 :List(Int64);   # how many runs; as many as there are ranges
  givenUp @23 :List(Int64);       # for a denied one that the process or an ancestor held before: how it went. 1 set*id,
                                  # 2 capset, 3 the bounding set, 4 exec, 5 a user namespace, 6 it is held, not in effect,
                                  # 7 capset, after the program had read its sets
  instead @24 :List(Int64);       # for one not asked for: capabilities that each would have done as well; for one
                                  # asked about another process of the run: those that it held beyond the asker
  cgroup @25 :List(Int64);        # string: the example's, as in Places.  Kinds differ by its unit and container
  user @26 :List(Int64);          # effective uid + 1: kinds differ by it, too; 0: not known
}

const kindFlagAskedAgain :UInt32 = 0x1;  # the same capability, later in the same syscall
const kindFlagNamesNothing :UInt32 = 0x4;    # a netlink request that is all zero
const kindFlagReturnedNothing :UInt32 = 0x8; # the syscall returned 0
const kindFlagAcknowledgement :UInt32 = 0x30;  # a netlink request was: 0 not known, 1 done, 2 refused, 3 failed
const kindFlagOwnMount :UInt32 = 0x2;    # a mount of the run keeps a copy of the credential
const kindFlagOwnFiles :UInt32 = 0x40;   # about the files in /proc of the calling process itself,
const kindFlagOtherFiles :UInt32 = 0x80; # or of another one
const kindFlagMonitors :UInt32 = 0x100;  # the program opened performance events of others in that run
const kindFlagFoundLater :UInt32 = 0x200; # a look-up: everything it looked for was executed later, from another place
const kindFlagChosen :UInt32 = 0x400;     # its program was started with a bounding set that somebody had made smaller

struct Footer {
  end @0 :Clock;
  reason @1 :EndReason;
  target @2 :TargetStatus;
  losses @3 :Losses;
  checksMade @4 :UInt64;          # counted in the kernel: made = recorded + lost
  checksRecorded @5 :UInt64;
  outcomesRecorded @6 :UInt64;
  survivors @7 :List(Survivor);   # still alive when the recording ended
  survivorCount @8 :UInt64;       # number of all survivors; the list holds at most 100
  framesWithoutSymbol @9 :UInt64;
  withheldObjects @10 :UInt64;
  firstSeenRows @11 :UInt64;
  tasksFollowed @12 :UInt64;
  withheldUserStacks @13 :UInt64;
  checksCounted @14 :UInt64;      # made, and only counted: see KindCounts
}

enum EndReason { unknown @0; commandEnded @1; lastDescendantEnded @2; interrupted @3; failed @4; timeUp @5; }

struct TargetStatus {
  union {
    unknown @0 :Void;
    exited @1 :Int32;             # exit status
    signaled @2 :Int32;           # signal number
    notExecuted @3 :Int32;        # the errno of execve
    running @4 :Void;             # it outlived the recording
  }
}

struct Survivor {
  process @0 :UInt64;
  tgid @1 :UInt32;                # recorder's PID namespace
  comm @2 :Data;
}

# ------------------------------------------------------------------------------------------- files
# The parts of mapped files that an analyzer needs when it has not got the files.  The recorder writes the vdso, which
# is no file; `capanalyze pack` adds the rest.

struct Files {
  parts @0 :List(FilePart);
  lines @1 :List(CodeLines);
}

struct FilePart {             # the bytes that are in no part were left out, and read as zero
  name @0 :Data;              # the module's
  buildId @1 :Data;           # the module's; empty: none
  size @2 :UInt64;            # size of the whole file
  offset @3 :UInt64;          # place of this part in the file
  length @4 :UInt32;          # length of this part, uncompressed; at most 1 MiB
  compression @5 :Compression;
  bytes @6 :Data;
}

enum Compression { none @0; zstd @1; }

struct CodeLines { name @0 :Data; buildId @1 :Data; lines @2 :List(CodeLine); }

struct CodeLine {             # the source's name for an address, found where the file was
  offset @0 :UInt64;          # the call's place in the file: one less for a return address
  frames @1 :List(SourceFrame);  # innermost inlined function first
}

struct SourceFrame {
  function @0 :Data;          # as a person reads it (demangled); empty: unknown
  file @1 :Data;              # empty: unknown
  line @2 :UInt32;            # 0: unknown
}
