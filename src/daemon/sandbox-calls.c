/* sandbox-calls.c - seccomp: which system calls, see daemon/sandbox.h
 *
 * Names that this libseccomp or this machine does not know are passed over:
 * lists hold what any of them may need. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <seccomp.h>

#include "daemon/sandbox.h"

/* The kernel looks the number up in a tree, not in a list. */
#define OPTIMIZE_TREE 2

#define NAMESPACES                                                             \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |         \
	    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define WRITABLE_CODE (PROT_WRITE | PROT_EXEC)
/* Flags stand beside it. */
#define SOCKET_TYPE 0xf
#define CHANGING (O_ACCMODE | O_CREAT | O_TRUNC)

/* ---- what each cage has ---- */

/* Memory, threads, time, signals to its own threads, files that are open. */
static const char basic[] =
    "brk munmap mremap madvise membarrier futex futex_time64 futex_waitv "
    "futex_wait futex_wake set_robust_list get_robust_list rseq sched_yield "
    "sched_getaffinity sched_getscheduler sched_getparam sched_getattr "
    "sched_setattr sched_get_priority_min sched_get_priority_max getpriority "
    "set_tid_address set_thread_area get_thread_area arch_prctl gettid getpid "
    "getppid getpgid getpgrp getsid getuid getuid32 geteuid geteuid32 getgid "
    "getgid32 getegid getegid32 getgroups getgroups32 getresuid getresuid32 "
    "getresgid getresgid32 exit exit_group rt_sigaction rt_sigprocmask "
    "rt_sigpending rt_sigtimedwait rt_sigtimedwait_time64 rt_sigreturn "
    "rt_sigsuspend pause sigaltstack sigaction sigprocmask sigreturn "
    "restart_syscall tgkill clock_gettime clock_gettime64 clock_getres "
    "clock_getres_time64 gettimeofday time times nanosleep clock_nanosleep "
    "clock_nanosleep_time64 getrandom uname sysinfo getcpu getrusage getrlimit "
    "ugetrlimit prlimit64 prctl seccomp landlock_create_ruleset "
    "landlock_add_rule landlock_restrict_self close close_range read readv "
    "pread64 preadv preadv2 pwritev2 write writev pwrite64 pwritev lseek "
    "_llseek fstat fstat64 fcntl fcntl64 dup dup2 dup3 poll ppoll ppoll_time64 "
    "select _newselect pselect6 pselect6_time64 cacheflush riscv_flush_icache";

/* Looking at files by name. */
static const char looking[] =
    "stat stat64 lstat lstat64 newfstatat fstatat64 statx access faccessat "
    "faccessat2 readlink readlinkat getcwd getdents getdents64 statfs statfs64 "
    "fstatfs fstatfs64 fadvise64 fadvise64_64 arm_fadvise64_64 readahead";

static const char working[] =
    "open openat openat2 creat mkdir mkdirat rmdir unlink unlinkat rename "
    "renameat renameat2 link linkat symlink symlinkat truncate truncate64 "
    "ftruncate ftruncate64 fallocate fsync fdatasync sync_file_range flock "
    "chmod fchmod fchmodat fchmodat2 utime utimes utimensat utimensat_time64 "
    "futimesat umask chdir fchdir memfd_create copy_file_range sendfile "
    "sendfile64 mlock mlock2 munlock pipe pipe2 eventfd2 epoll_create1 "
    "epoll_ctl epoll_wait epoll_pwait epoll_pwait2 msync syncfs alarm "
    "setitimer getitimer";

/* Other processes: the helpers, what they run, and their end. */
static const char starting[] =
    "fork vfork execve wait4 waitid waitpid kill setpgid setsid setrlimit "
    "pidfd_open pidfd_send_signal";

/* With a pair of sockets, over which gpgsm(1) is given files. */
static const char pairing[] = "sendmsg recvmsg";

static const char connecting[] =
    "connect accept accept4 getsockname getpeername getsockopt setsockopt "
    "sendto recvfrom sendmmsg recvmmsg recvmmsg_time64 shutdown";

/* Neither we nor a library of ours has ever a reason to try these. */
static const char hostile[] =
    "ptrace process_vm_readv process_vm_writev bpf perf_event_open userfaultfd "
    "mount umount umount2 mount_setattr move_mount open_tree fsopen fsmount "
    "pivot_root chroot setns unshare init_module finit_module delete_module "
    "kexec_load kexec_file_load reboot swapon swapoff iopl ioperm "
    "open_by_handle_at settimeofday clock_settime clock_settime64 sethostname "
    "setdomainname";

/* What is asked of a descriptor; none of them writes to a terminal for others
 * to read. */
static const unsigned long questions[] = { FIONREAD, FIONBIO, FIOCLEX, FIONCLEX,
	TCGETS, TIOCGWINSZ };

/* ---- rules ---- */

/* The first rule that failed, or 0. */
static int
add_all(scmp_filter_ctx filter, uint32_t action, const char *names)
{
	char name[32];

	while (*names != '\0') {
		gsize size = strcspn(names, " ");
		int number, rc;

		g_strlcpy(name, names, MIN(size + 1, sizeof(name)));
		names += size + (names[size] == ' ');
		number = seccomp_syscall_resolve_name(name);
		if (number < 0)
			continue;
		rc = seccomp_rule_add(filter, action, number, 0);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int
add_one(scmp_filter_ctx filter, uint32_t action, const char *name,
    struct scmp_arg_cmp when)
{
	int number = seccomp_syscall_resolve_name(name);

	return number < 0
	    ? 0
	    : seccomp_rule_add_array(filter, action, number, 1, &when);
}

/* Argument @index of the call, of the bits @mask, has none, or all. */
static int
add_masked(scmp_filter_ctx filter, const char *name, unsigned index,
    uint64_t mask, gboolean all, uint32_t action)
{
	const struct scmp_arg_cmp when = SCMP_CMP64(
	    index, SCMP_CMP_MASKED_EQ, mask, all ? mask : 0);

	return add_one(filter, action, name, when);
}

/* Memory to write to, or to run; never both at once. */
static int
add_memory(scmp_filter_ctx filter)
{
	static const char *const names[] = { "mmap", "mmap2", "mprotect" };
	int rc = 0;

	for (gsize i = 0; rc == 0 && i < G_N_ELEMENTS(names); i++) {
		rc = add_masked(filter, names[i], 2, WRITABLE_CODE, TRUE,
		    SCMP_ACT_ERRNO(EACCES));
		if (rc == 0)
			rc = add_masked(filter, names[i], 2, PROT_WRITE, FALSE,
			    SCMP_ACT_ALLOW);
		if (rc == 0)
			rc = add_masked(filter, names[i], 2, PROT_EXEC, FALSE,
			    SCMP_ACT_ALLOW);
	}
	return rc;
}

static int
add_questions(scmp_filter_ctx filter)
{
	int rc = 0;

	for (gsize i = 0; rc == 0 && i < G_N_ELEMENTS(questions); i++) {
		const struct scmp_arg_cmp when = SCMP_CMP32(
		    1, SCMP_CMP_EQ, (uint32_t)questions[i]);

		rc = add_one(filter, SCMP_ACT_ALLOW, "ioctl", when);
	}
	return rc;
}

/* clone3(2) keeps its flags where no filter can see them; who finds it missing
 * takes clone(2). */
static int
add_threads(scmp_filter_ctx filter)
{
#if defined(__s390__) || defined(__s390x__)
	const unsigned flags = 1;
#else
	const unsigned flags = 0;
#endif

	return add_masked(
	    filter, "clone", flags, NAMESPACES, FALSE, SCMP_ACT_ALLOW);
}

static int
add_sockets(scmp_filter_ctx filter, const char *name, const int *families)
{
	int rc = 0;

	for (gsize i = 0; rc == 0 && families[i] != AF_UNSPEC; i++) {
		const struct scmp_arg_cmp when = SCMP_CMP32(
		    0, SCMP_CMP_EQ, (uint32_t)families[i]);

		rc = add_one(filter, SCMP_ACT_ALLOW, name, when);
	}
	return rc;
}

static int
add_reading(scmp_filter_ctx filter)
{
	int rc = add_masked(
	    filter, "openat", 2, CHANGING, FALSE, SCMP_ACT_ALLOW);

	return rc != 0
	    ? rc
	    : add_masked(filter, "open", 1, CHANGING, FALSE, SCMP_ACT_ALLOW);
}

/* Streams of this machine: what is no stream is sent to anybody, unconnected.
 */
static int
add_streams(scmp_filter_ctx filter, const char *name)
{
	const struct scmp_arg_cmp when[] = {
		SCMP_CMP32(0, SCMP_CMP_EQ, AF_UNIX),
		SCMP_CMP64(1, SCMP_CMP_MASKED_EQ, SOCKET_TYPE, SOCK_STREAM),
	};
	int number = seccomp_syscall_resolve_name(name);

	return number < 0 ? 0
	                  : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
	                        number, G_N_ELEMENTS(when), when);
}

/* gpgsm(1) gives up if the socket to its agent is more than not listened to. */
static int
add_deaf_sockets(scmp_filter_ctx filter)
{
	int rc = add_streams(filter, "socket");

	return rc != 0
	    ? rc
	    : add_all(filter, SCMP_ACT_ERRNO(ECONNREFUSED), "connect");
}

static int
add_network(scmp_filter_ctx filter)
{
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6, AF_UNSPEC };
	int rc = add_sockets(filter, "socket", families);

	return rc != 0 ? rc : add_all(filter, SCMP_ACT_ALLOW, connecting);
}

/* What the desk and the verifier have besides. */
static int
add_work(scmp_filter_ctx filter)
{
	int rc = add_all(filter, SCMP_ACT_ALLOW, working);

	if (rc == 0)
		rc = add_all(filter, SCMP_ACT_ALLOW, starting);
	if (rc == 0)
		rc = add_questions(filter);
	if (rc == 0)
		rc = add_threads(filter);
	if (rc == 0)
		rc = add_all(filter, SCMP_ACT_ALLOW, pairing);
	if (rc == 0)
		rc = add_streams(filter, "socketpair");
	return rc;
}

static int
add_cage(scmp_filter_ctx filter, TdCage cage)
{
	int rc = add_all(filter, SCMP_ACT_ALLOW, basic);

	if (rc == 0)
		rc = add_all(filter, SCMP_ACT_ALLOW, looking);
	if (rc == 0)
		rc = add_memory(filter);
	if (rc == 0 && cage == TD_CAGE_PARSER)
		return add_reading(filter);
	if (rc == 0)
		rc = add_work(filter);
	if (rc == 0)
		rc = cage == TD_CAGE_DESK ? add_network(filter)
		                          : add_deaf_sockets(filter);
	return rc;
}

/* Settings that an older library or kernel does not know are no loss. */
static int
fill(scmp_filter_ctx filter, TdCage cage, gboolean all, gboolean audit)
{
	int rc;

	seccomp_attr_set(
	    filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, OPTIMIZE_TREE);
	if (audit)
		seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
	rc = all ? seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) : 0;
	/* Linux before 4.14 cannot: there they fail like any other. */
	add_all(filter, SCMP_ACT_KILL_PROCESS, hostile);
	return rc != 0 ? rc : add_cage(filter, cage);
}

gboolean
td_calls_enter(TdCage cage, gboolean all, gboolean audit)
{
	scmp_filter_ctx filter;
	int rc;

#ifdef TD_SANITIZED
	/* Any of whose own calls would be refused. */
	errno = ENOTSUP;
	return FALSE;
#endif
	filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	if (filter == NULL) {
		errno = ENOMEM;
		return FALSE;
	}
	rc = fill(filter, cage, all, audit);
	if (rc == 0)
		rc = seccomp_load(filter);
	seccomp_release(filter);
	errno = -rc;
	return rc == 0;
}
