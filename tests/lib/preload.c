/* preload.c - a library preloaded in tests: failing calls, slow flushes, a
 * moved clock
 *
 * Built by `gcc -shared -fPIC -O2 -o preload.so preload.c -ldl` and put into
 * LD_PRELOAD of any dynamically linked program (not one built with ASan, which
 * wants to be first itself).  It stands on the C library alone and does nothing
 * until one of these variables of the environment is set; they are read when
 * the program starts, and its children inherit them.  preload.pl reads and
 * writes the files below, preload.sh is what shell tests include.
 *
 * TD_PRELOAD_FLUSH_MS=5
 *   Each fsync, fdatasync, sync_file_range, syncfs and msync(MS_SYNC) takes
 *   that many milliseconds longer, the real call included.
 *
 * TD_PRELOAD_CLOCK=FILE
 *   The wall clock (time, gettimeofday, clock_gettime of CLOCK_REALTIME and
 *   CLOCK_REALTIME_COARSE) is moved by the number of seconds that FILE, which
 *   is there already, says: an int64 of the machine at offset 0.  It is mapped
 *   shared, so that what a test writes there holds for all processes from the
 *   next look at the clock.  Monotonic clocks stay, and so do times of files
 *   and deadlines given to the kernel (sem_timedwait, timerfd).
 *
 * TD_PRELOAD_CONTROL=FILE
 *   Which call is to fail, read anew at each call, and how many were made.
 *   FILE is an array of int64 of the machine, mapped shared by all processes
 *   and made larger here if need be:
 *     [0] 1: calls are counted and may fail; 0: everything passes
 *     [1] the number of the call that is to fail, as in call_names; 0: none
 *     [2] the first one that fails: 1 for the next one, if [16 + call] is 0
 *     [3] how many fail from there; 0: all
 *     [4] errno; or FAULT_KILL (-9): the process is killed before the call
 *     [5] 1: the first one writes half, and those after it fail; 2: a flush
 *         that fails puts back what was in the file before it was written to
 *         since the last flush, if that was when [0] was 1 already: a kernel
 *         drops what the disk does not take
 *     [6] how many have failed so far
 *     [16 + call] how many of that call were made since it was cleared
 *   A test clears the counters itself.  A child that may not open FILE, being
 *   in a sandbox, does without; likewise above.
 *
 * TD_PRELOAD_FAIL=CALL:N:ERRNO[:COUNT[:short|drop]]
 *   The same for one process without a file, in force from its start.  ERRNO
 *   is a name (EIO, ENOSPC, EDQUOT, ENOMEM, EMFILE, ENFILE, EINTR, EAGAIN,
 *   ECONNABORTED, EROFS, EACCES, EBADF, KILL) or a number.  The file of
 *   TD_PRELOAD_CONTROL goes before it.
 *
 * TD_PRELOAD_UNDER=FOLDER[:FOLDER...]
 *   Calls that have a path or a descriptor of a file are counted, and fail,
 *   only if it is below one of these folders (their real paths); so stderr
 *   and /etc stay out of it.  Calls without a file (malloc, accept, send,
 *   anonymous mmap) are not touched by this.
 *
 * TD_PRELOAD_CALLER=PART
 *   Only calls from a library whose file name contains PART, libdb say, are
 *   counted and fail.
 *
 * Three names stand for several calls, which are also counted together: space
 * for all that want room on the disk (write, pwrite, writev, link, mkdir,
 * fallocate: space:3:ENOSPC:0 is a disk that is full from the third on), disk
 * for all that work with files, memory for malloc, calloc and realloc.
 *
 * A call is counted when it is made by the program or a library through the
 * symbol; what the C library does inside (fwrite, opendir) is not seen.  The
 * variants of a call (open64, openat) count as the names below tell. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
	CALL_NONE,
	CALL_WRITE,
	CALL_PWRITE,
	CALL_WRITEV, /* And pwritev. */
	CALL_FSYNC,
	CALL_FDATASYNC,
	CALL_SYNC,      /* sync_file_range, syncfs, msync(MS_SYNC). */
	CALL_RENAME,    /* And renameat, renameat2. */
	CALL_LINK,      /* And linkat, symlink. */
	CALL_UNLINK,    /* And unlinkat, rmdir. */
	CALL_OPEN,      /* And openat, creat, fopen. */
	CALL_MKDIR,     /* And mkdirat. */
	CALL_FTRUNCATE, /* And truncate. */
	CALL_FALLOCATE, /* And posix_fallocate. */
	CALL_MALLOC,
	CALL_CALLOC,
	CALL_REALLOC,
	CALL_MMAP,
	CALL_READ,
	CALL_PREAD,
	CALL_CLOSE, /* The descriptor is closed all the same. */
	CALL_STAT,  /* stat, lstat, fstat, fstatat. */
	CALL_SOCKET,
	CALL_CONNECT,
	CALL_ACCEPT, /* And accept4. */
	CALL_SEND,   /* And sendto, sendmsg. */
	CALL_RECV,   /* And recvfrom, recvmsg. */
	CALL_THREAD, /* pthread_create. */
	CALL_FORK,
	CALL_CHMOD, /* And fchmod, fchown. */
	CALL_SPACE,
	CALL_DISK,
	CALL_MEMORY,
	N_CALLS
};

/* clang-format off */
static const char *const call_names[N_CALLS] = {
	"none", "write", "pwrite", "writev", "fsync", "fdatasync", "sync",
	"rename", "link", "unlink", "open", "mkdir", "ftruncate", "fallocate",
	"malloc", "calloc", "realloc", "mmap", "read", "pread", "close", "stat",
	"socket", "connect", "accept", "send", "recv", "thread", "fork",
	"chmod", "space", "disk", "memory",
};

/* Groups: a call is counted under its name and under these. */
static const struct {
	int group;
	int calls[24];
} groups[] = {
	{ CALL_SPACE, { CALL_WRITE, CALL_PWRITE, CALL_WRITEV, CALL_LINK,
		CALL_MKDIR, CALL_FALLOCATE } },
	{ CALL_DISK, { CALL_WRITE, CALL_PWRITE, CALL_WRITEV, CALL_FSYNC,
		CALL_FDATASYNC, CALL_SYNC, CALL_RENAME, CALL_LINK, CALL_UNLINK,
		CALL_OPEN, CALL_MKDIR, CALL_FTRUNCATE, CALL_FALLOCATE,
		CALL_READ, CALL_PREAD } },
	{ CALL_MEMORY, { CALL_MALLOC, CALL_CALLOC, CALL_REALLOC } },
};
/* clang-format on */

static const struct {
	const char *name;
	int number;
} error_names[] = {
	{ "EIO", EIO },
	{ "ENOSPC", ENOSPC },
	{ "EDQUOT", EDQUOT },
	{ "ENOMEM", ENOMEM },
	{ "EMFILE", EMFILE },
	{ "ENFILE", ENFILE },
	{ "EINTR", EINTR },
	{ "EAGAIN", EAGAIN },
	{ "ECONNABORTED", ECONNABORTED },
	{ "EROFS", EROFS },
	{ "EACCES", EACCES },
	{ "EBADF", EBADF },
	{ "KILL", -9 },
};

enum {
	FAULT_KILL = -9,
	SHORT_HALF = 1,
	SHORT_DROP = 2,
	FIELD_ARMED = 0,
	FIELD_CALL,
	FIELD_FIRST,
	FIELD_COUNT,
	FIELD_ERROR,
	FIELD_SHORT,
	FIELD_FAILED,
	FIELD_COUNTERS = 16,
	CONTROL_SIZE = (FIELD_COUNTERS + 48) * sizeof(int64_t),
	UNDER_MAX = 8
};

/* What a call shall do. */
typedef enum {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_HALF
} Verdict;

static volatile int64_t *control; /* NULL: nothing fails, nothing is counted. */
static volatile const int64_t *clock_shift; /* NULL: not moved. */
static int flush_ms;
static char under_paths[UNDER_MAX][PATH_MAX];
static size_t under_sizes[UNDER_MAX];
static int n_under;
static uintptr_t caller_start, caller_end; /* Both 0: any caller. */
/* The thread is in preload-drop.h. */
static __thread int within_drop __attribute__((tls_model("initial-exec")));
static int64_t own_control[CONTROL_SIZE / sizeof(int64_t)];

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);

/* ---- what is to fail ---- */

static int
is_under(const char *path)
{
	for (int i = 0; i < n_under; i++)
		if (!strncmp(path, under_paths[i], under_sizes[i]) &&
		    (path[under_sizes[i]] == '/' || !path[under_sizes[i]]))
			return 1;
	return 0;
}

/* Of descriptors that are no files, "socket:[1]" say, none is below a folder.
 */
static int
fd_is_under(int fd)
{
	char name[64], path[PATH_MAX];
	ssize_t size;

	if (!n_under)
		return 1;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	size = readlink(name, path, sizeof(path) - 1);
	if (size <= 0)
		return 0;
	path[size] = '\0';
	return is_under(path);
}

static int
path_is_under(int dir_fd, const char *path)
{
	char where[PATH_MAX];

	if (!n_under)
		return 1;
	if (!path)
		return 0;
	if (*path == '/')
		return is_under(path);
	if (dir_fd != AT_FDCWD)
		return fd_is_under(dir_fd);
	return getcwd(where, sizeof(where)) && is_under(where);
}

/* What call number @n of what is to fail comes to: it and those that follow, up
 * to COUNT of them, fail; with a short one in front, these come after it. */
static Verdict
judge_number(int64_t n)
{
	int64_t first = control[FIELD_FIRST], last;
	int half = control[FIELD_SHORT] == SHORT_HALF;

	if (half && n == first)
		return VERDICT_HALF;
	first += half;
	last = control[FIELD_COUNT] ? first + control[FIELD_COUNT] - 1
	                            : INT64_MAX;
	if (n < first || n > last)
		return VERDICT_PASS;
	__atomic_add_fetch(&control[FIELD_FAILED], 1, __ATOMIC_SEQ_CST);
	if (control[FIELD_ERROR] == FAULT_KILL)
		raise(SIGKILL);
	errno = (int)control[FIELD_ERROR];
	return VERDICT_FAIL;
}

static int64_t
count(int call)
{
	return __atomic_add_fetch(
	    &control[FIELD_COUNTERS + call], 1, __ATOMIC_SEQ_CST);
}

static int
is_in_group(size_t group, int call)
{
	for (int i = 0; groups[group].calls[i]; i++)
		if (groups[group].calls[i] == call)
			return 1;
	return 0;
}

/* Counts the call. */
static Verdict
judge_counted(int call)
{
	int64_t wanted = control[FIELD_CALL], n = count(call), mine = 0;

	if (wanted == call)
		mine = n;
	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		if (is_in_group(i, call)) {
			n = count(groups[i].group);
			if (wanted == groups[i].group)
				mine = n;
		}
	return mine ? judge_number(mine) : VERDICT_PASS;
}

static int
is_watched(uintptr_t caller)
{
	return control && control[FIELD_ARMED] && !within_drop &&
	    (!caller_end || !caller ||
	        (caller >= caller_start && caller < caller_end));
}

static Verdict
judge(int call, uintptr_t caller)
{
	return is_watched(caller) ? judge_counted(call) : VERDICT_PASS;
}

static Verdict
judge_fd(int call, uintptr_t caller, int fd)
{
	int saved = errno;
	int is_mine = is_watched(caller) && fd_is_under(fd);

	errno = saved;
	return is_mine ? judge_counted(call) : VERDICT_PASS;
}

static Verdict
judge_path(int call, uintptr_t caller, int dir_fd, const char *path)
{
	int saved = errno;
	int is_mine = is_watched(caller) && path_is_under(dir_fd, path);

	errno = saved;
	return is_mine ? judge_counted(call) : VERDICT_PASS;
}

/* ---- setting up ---- */

static int
find_name(const char *name, size_t size)
{
	for (int i = 1; i < N_CALLS; i++)
		if (strlen(call_names[i]) == size &&
		    !strncmp(call_names[i], name, size))
			return i;
	fprintf(stderr, "preload: no such call: %.*s\n", (int)size, name);
	_exit(126);
}

static int64_t
find_error(const char *name, size_t size)
{
	for (size_t i = 0; i < sizeof(error_names) / sizeof(*error_names); i++)
		if (strlen(error_names[i].name) == size &&
		    !strncmp(error_names[i].name, name, size))
			return error_names[i].number;
	return strtoll(name, NULL, 10);
}

/* CALL:N:ERRNO[:COUNT[:short]] */
static void
read_fail(const char *spec)
{
	const char *fields[5] = { NULL };
	size_t sizes[5] = { 0 };

	for (int i = 0; i < 5 && spec; i++) {
		fields[i] = spec;
		sizes[i] = strcspn(spec, ":");
		spec = spec[sizes[i]] ? spec + sizes[i] + 1 : NULL;
	}
	if (!fields[2]) {
		fprintf(stderr,
		    "preload: TD_PRELOAD_FAIL is CALL:N:ERRNO[:COUNT]\n");
		_exit(126);
	}
	control = own_control;
	control[FIELD_CALL] = find_name(fields[0], sizes[0]);
	control[FIELD_FIRST] = strtoll(fields[1], NULL, 10);
	control[FIELD_ERROR] = find_error(fields[2], sizes[2]);
	control[FIELD_COUNT] = fields[3] ? strtoll(fields[3], NULL, 10) : 1;
	if (fields[4])
		control[FIELD_SHORT] = !strcmp(fields[4], "short") ? SHORT_HALF
		    : !strcmp(fields[4], "drop")                   ? SHORT_DROP
		                                                   : 0;
	control[FIELD_ARMED] = 1;
}

/* A test that cannot have what it asked for must not go on as if nothing
 * failed; nor look like a program that died of what it was given. */
static void __attribute__((noreturn)) give_up(const char *path)
{
	fprintf(stderr, "preload: %s: %s\n", path, strerror(errno));
	_exit(126);
}

/* Maps the file's first bytes, making it that long.  NULL where it may not be
 * opened: in a sandboxed child. */
static void *
map_file(const char *path, size_t size, int access)
{
	int fd = open(path,
	    O_CLOEXEC | (access & PROT_WRITE ? O_RDWR | O_CREAT : O_RDONLY),
	    0666);
	struct stat status;
	void *mapped;

	if (fd < 0 && errno == EACCES)
		return NULL;
	if (fd < 0 || fstat(fd, &status) != 0)
		give_up(path);
	if ((size_t)status.st_size < size && ftruncate(fd, (off_t)size) != 0)
		give_up(path);
	mapped = mmap(NULL, size, access, MAP_SHARED, fd, 0);
	if (mapped == MAP_FAILED)
		give_up(path);
	close(fd);
	return mapped;
}

static void
read_under(const char *list)
{
	char *copy = strdup(list), *rest = NULL;

	for (char *path = strtok_r(copy, ":", &rest);
	     path && n_under < UNDER_MAX; path = strtok_r(NULL, ":", &rest)) {
		snprintf(under_paths[n_under], PATH_MAX, "%s", path);
		under_sizes[n_under] = strlen(under_paths[n_under]);
		n_under++;
	}
	free(copy);
}

static int
find_caller(struct dl_phdr_info *info, size_t size, void *data)
{
	const char *name = strrchr(info->dlpi_name, '/');

	(void)size;
	if (!strstr(name ? name : info->dlpi_name, data))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_LOAD &&
		    info->dlpi_phdr[i].p_flags & PF_X) {
			caller_start = info->dlpi_addr +
			    info->dlpi_phdr[i].p_vaddr;
			caller_end = caller_start + info->dlpi_phdr[i].p_memsz;
		}
	return 1;
}

static void __attribute__((constructor)) set_up(void)
{
	const char *value;

	if ((value = getenv("TD_PRELOAD_FLUSH_MS")))
		flush_ms = atoi(value);
	if ((value = getenv("TD_PRELOAD_CLOCK")))
		clock_shift = map_file(value, sizeof(int64_t), PROT_READ);
	if ((value = getenv("TD_PRELOAD_UNDER")))
		read_under(value);
	if ((value = getenv("TD_PRELOAD_CALLER"))) {
		caller_end =
		    1; /* Nobody, if the program has no such library. */
		dl_iterate_phdr(find_caller, (void *)value);
	}
	if ((value = getenv("TD_PRELOAD_CONTROL")))
		control = map_file(value, CONTROL_SIZE, PROT_READ | PROT_WRITE);
	else if ((value = getenv("TD_PRELOAD_FAIL")))
		read_fail(value);
}

/* By poll(), which every program may call, sandboxed or not. */
static void
flush_slowly(void)
{
	int saved = errno;

	if (flush_ms > 0)
		poll(NULL, 0, flush_ms);
	errno = saved;
}

#include "preload-drop.h"

#include "preload-calls.h"
