// SPDX-License-Identifier: Apache-2.0
//
// Daemons that run already are recorded while they work, and the set is then tried on them: a daemon that has lost all
// else after its start does the same, and one that has lost a member of the set does not.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>

#include "schema/capability.h"
#include "tests/live/analyzed.h"
#include "tests/live/cgroup.h"

namespace caprec {
namespace {

// The scripts are for sh in the test's directory, which $T names, too; `await` and `inside` are at hand.
struct Daemon {
    const char* name;
    const char* unit;
    const char* programs;  // that have to be there
    const char* prepare;   // ends with 0 when the daemon can be started
    const char* start;     // becomes the daemon, in a network namespace of its own
    const char* ready;     // a condition
    const char* exercise;  // $D is the daemon: prints what it did for its users
    const char* outcome;
    const char* needs;
};

// await CONDITION: until it holds, or the daemon has ended (a zombie has no program).  inside COMMAND: in the
// daemon's network namespace.
constexpr const char* tools =
    "await() { until \"$@\"; do readlink /proc/$D/exe >/dev/null || exit 1; sleep 0.02; done; }\n"
    "inside() { nsenter -t $D -n \"$@\"; }\n";

constexpr const char* sftp_login =
    "login() { inside sftp -q -b /dev/null -F none -i k -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "
    "-o LogLevel=ERROR -o ConnectTimeout=60 $1@127.0.0.1 >/dev/null 2>&1 && echo login of $1; }\n";

constexpr Daemon daemons[] = {
    {"Nginx", "nginx.service", "nginx curl",
     "mkdir logs && printf 'daemon off; user nobody nogroup; worker_processes 1; pid %s/pid; error_log %s/errors "
     "notice; events{} http{client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; "
     "uwsgi_temp_path uwsgi; scgi_temp_path scgi; access_log %s/logs/access; server{listen 80; return 204;}}' "
     "$T $T $T >conf",
     "exec nginx -p $T -e $T/errors -c $T/conf", "[ -s $T/pid ] && pgrep -P $D",
     // a worker that cannot start is given up; a log that cannot be given to the workers is not reopened
     "get() { inside curl -s -m 60 -o /dev/null -w '%{http_code}\\n' http://127.0.0.1/; }\n"
     "get\n"
     "new_worker() { pgrep -P $D -u 65534 | grep -vqx $old || grep -q 'cannot be respawned' errors; }\n"
     "old=$(pgrep -P $D); kill -HUP $D; await new_worker\n"
     "! grep -q 'cannot be respawned' errors || exit 1\n"
     "await sh -c \"! kill -0 $old 2>/dev/null\"\n"
     "get\n"
     "mv logs/access logs/old; kill -USR1 $D\n"
     "reopened() { [ \"$(stat -c %u logs/access 2>/dev/null)\" = 65534 ] || grep -q 'chown.*failed' errors; }\n"
     "await reopened; stat -c %u logs/access\n",
     "204\n204\n65534\n", "chown setgid setuid"},

    {"Sshd", "ssh.service", "/usr/sbin/sshd ssh sftp ssh-keygen",
     "mkdir -p /run/sshd && ssh-keygen -q -t ed25519 -N '' -f k && cp k.pub a && "
     "printf 'Port 22\\nListenAddress 127.0.0.1\\nHostKey %s/k\\nAuthorizedKeysFile %s/a\\nStrictModes no\\n"
     "PermitRootLogin yes\\nPidFile none\\nUsePAM no\\nPrintLastLog no\\nSubsystem sftp internal-sftp\\n"
     "ForceCommand internal-sftp\\n' $T $T >conf",
     "exec /usr/sbin/sshd -D -E $T/log -f $T/conf", "grep -q listening $T/log",
     "login root; login nobody\n"
     "again() { [ $(grep -c listening log) = 2 ]; }\n"
     "kill -HUP $D; await again\n"
     "login root; login nobody\n",
     "login of root\nlogin of nobody\nlogin of root\nlogin of nobody\n", "net_bind_service setgid setuid sys_chroot"},

    {"Postgres", "postgresql.service", "psql",
     "B=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1) && [ -x $B/initdb ] && mkdir data && chown 65534:65534 . data "
     "&& "
     "setpriv --reuid 65534 --regid 65534 --clear-groups $B/initdb -A trust -U tester -D data >initdb.log 2>&1 && "
     "printf 'listen_addresses = %s\\nunix_socket_directories = %s\\n' \"''\" \"'$T'\" >>data/postgresql.conf",
     "exec setpriv --reuid 65534 --regid 65534 --clear-groups $(ls -d /usr/lib/postgresql/*/bin | tail -n 1)/postgres "
     "-D $T/data",
     "psql -h $T -U tester -d postgres -qc 'select 1'",
     "ask() { psql -h $T -U tester -d postgres -Atqc \"$1\"; }\n"
     "ask 'create table t as select generate_series(1, 1000) as n'; ask 'select count(*) from t'\n"
     "echo \"work_mem = '12MB'\" >>data/postgresql.conf; kill -HUP $D\n"
     "changed() { [ \"$(ask 'show work_mem')\" = 12MB ]; }\n"
     "await changed; ask 'checkpoint'; ask 'drop table t'; ask 'show work_mem'\n",
     "1000\n12MB\n", ""},
};

class RunningDaemon : public AnalyzedTest, public ::testing::WithParamInterface<Daemon> {
protected:
    void SetUp() override {
        AnalyzedTest::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        for (const std::string& program : words(GetParam().programs))
            if (run(shell("command -v " + program)).status != 0)
                GTEST_SKIP() << program << " is not installed";
        if (run(shell("unshare --net ip link set lo up && command -v nsenter pgrep")).status != 0)
            GTEST_SKIP() << "no network namespaces here, or no ip, nsenter and pgrep";
    }

    static std::vector<std::string> words(const std::string& text) {
        std::istringstream in(text);
        return {std::istream_iterator<std::string>(in), {}};
    }
    Launch shell(const std::string& script) const {
        Launch plan;
        plan.argv = {"sh", "-c", script};
        plan.directory = directory();
        plan.environment = {"T=" + directory(), "PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
        return plan;
    }

    // A fresh daemon that is up; null when it does not come up.  The one before ends, with all that it started.
    std::unique_ptr<Child> started(const TestCgroup* cgroup = nullptr) {
        end_descendants();
        for (const auto& entry : std::filesystem::directory_iterator(directory()))
            std::filesystem::remove_all(entry.path());
        std::filesystem::permissions(directory(), std::filesystem::perms(0755));
        if (const Ended prepared = run(shell(GetParam().prepare)); prepared.status != 0) {
            ADD_FAILURE() << prepared.err;
            return nullptr;
        }
        Launch plan = shell("exec unshare --net sh -c 'ip link set lo up; " + std::string(GetParam().start) + "'");
        plan.environment.push_back("LD_PRELOAD=" CAPREC_BINARY_DIR "/tests/programs/lose_on_signal.so");
        plan.prepare = [cgroup] {
            if (cgroup != nullptr)
                (void)cgroup->add(getpid());
        };
        auto daemon = std::make_unique<Child>(plan);
        const std::string pid = "D=" + std::to_string(daemon->pid()) + "; ";
        const bool up = eventually([&] { return daemon->ended() || run(shell(pid + GetParam().ready)).status == 0; });
        return up && !daemon->ended() ? std::move(daemon) : nullptr;
    }

    std::string exercise(const Child& daemon) const {
        return run(shell("D=" + std::to_string(daemon.pid()) + '\n' + tools + sftp_login + GetParam().exercise)).out;
    }

    // What it has, and what it could have again.
    static CapabilitySet reach_of(const Child& daemon) {
        std::ifstream status("/proc/" + std::to_string(daemon.pid()) + "/status");
        CapabilitySet set;
        for (std::string name, value; status >> name && std::getline(status, value);)
            if (name == "CapBnd:" || name == "CapPrm:")
                set |= CapabilitySet(std::stoull(value, nullptr, 16));
        return set;
    }

    // Takes capabilities from the daemon, CAP_SETPCAP as the last one, with which it gives up the others.
    static bool loses(const Child& daemon, CapabilitySet taken) {
        constexpr unsigned setpcap = 8;
        taken = taken & reach_of(daemon);
        std::vector<unsigned> order = taken.members();
        std::ranges::stable_sort(order, {}, [](unsigned number) { return number == setpcap; });
        for (const unsigned number : order) {
            sigval value{};
            value.sival_int = static_cast<int>(number);
            if (sigqueue(daemon.pid(), SIGRTMAX, value) != 0)
                return false;
        }
        return eventually([&] { return (reach_of(daemon) & taken).empty(); });
    }

    std::string outcome_without(CapabilitySet taken) {
        const std::unique_ptr<Child> daemon = started();
        EXPECT_NE(daemon, nullptr);
        if (daemon == nullptr)
            return "did not start";
        EXPECT_TRUE(loses(*daemon, taken));
        return exercise(*daemon);  // the next daemon, or the end of the test, ends this one
    }

    // The set of a recording of the daemon at work; the name is of a JSON report in the directory.
    CapabilitySet recorded(Child& daemon, const std::vector<std::string>& options) {
        Launch plan;
        plan.argv = {recorder(), "-o", "run.cap"};
        plan.argv.insert(plan.argv.end(), options.begin(), options.end());
        plan.directory = directory();
        Child recording(plan);
        EXPECT_TRUE(eventually(
            [&] { return recording.ended() || recording.err().find("; Ctrl-C ends it") != std::string::npos; }));
        EXPECT_EQ(exercise(daemon), GetParam().outcome);
        recording.signal(SIGINT);
        const Ended ended = recording.wait();
        EXPECT_EQ(ended.status, 0) << ended.err;
        EXPECT_EQ(faults_of(Trace::read(trace_path())), "");
        report_ = json({"--json", "report", "run.cap"});
        CapabilitySet set;
        for (const std::string& name : minimal(report_))
            set.insert(*capability_number(name));
        return set;
    }

    CapabilitySet needed() const {
        CapabilitySet set;
        for (const std::string& name : words(GetParam().needs))
            set.insert(*capability_number(name));
        return set;
    }

    nlohmann::json report_;
};

std::string names_of(CapabilitySet set) {
    std::string text;
    for (const unsigned number : set.members())
        text += capability_name(number) + ' ';
    return text;
}

TEST_P(RunningDaemon, NeedsByItsNumberWhatItNeedsWithoutItsStart) {
    std::unique_ptr<Child> daemon = started();
    ASSERT_NE(daemon, nullptr);
    const CapabilitySet all = reach_of(*daemon);
    const CapabilitySet set = recorded(*daemon, {"-p", std::to_string(daemon->pid())});
    daemon.reset();
    EXPECT_EQ(names_of(set), names_of(needed()));
    if (set.empty())
        return;  // it runs as a user without any, and has nothing to lose
    EXPECT_EQ(outcome_without(all - set), GetParam().outcome) << "with nothing but " << names_of(set);
    for (const unsigned number : set.members())
        EXPECT_NE(outcome_without(CapabilitySet::of({number})), GetParam().outcome) << capability_name(number);
}

TEST_P(RunningDaemon, NeedsTheSameAsAUnit) {
    const TestCgroup cgroup(std::string("system.slice/") + GetParam().unit);
    if (!cgroup.exists())
        GTEST_SKIP() << "no cgroup can be made here";
    std::unique_ptr<Child> daemon = started(&cgroup);
    ASSERT_NE(daemon, nullptr);
    const CapabilitySet all = reach_of(*daemon);
    EXPECT_EQ(names_of(recorded(*daemon, {"--cgroup", cgroup.path()})), names_of(needed()));
    const nlohmann::json& keepers = report_.at("keepers");
    ASSERT_EQ(keepers.size(), 1u) << keepers;
    const nlohmann::json& unit = keepers[0];
    EXPECT_EQ(unit.at("unit"), GetParam().unit);
    EXPECT_EQ(unit.at("not_known"), 0u);
    Names held_or_gainable = unit.at("held").get<Names>();
    const bool is_root = !held_or_gainable.empty();
    held_or_gainable.merge(unit.at("gainable").get<Names>());
    EXPECT_EQ(held_or_gainable.size(), all.size());
    EXPECT_EQ(is_root, std::string(GetParam().needs) != "");
    EXPECT_EQ(unit.at("excess").size(), is_root ? all.size() - needed().size() : 0u);
    daemon.reset();
    end_descendants();  // what it started is in the cgroup, too
}

INSTANTIATE_TEST_SUITE_P(All, RunningDaemon, ::testing::ValuesIn(daemons),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace caprec
