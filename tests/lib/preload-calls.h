/* preload-calls.h - the calls that preload.c stands in for; part of that file
 */

/* The next definition of NAME, looked up once. */
#define FIND_REAL(name)                                                        \
	if (!real)                                                             \
	*(void **)&real = dlsym(RTLD_NEXT, #name)

#define CALLER ((uintptr_t)__builtin_return_address(0))
#define BY_FD(call, fd) judge_fd(CALL_##call, CALLER, fd)
#define BY_PATH(call, path) judge_path(CALL_##call, CALLER, AT_FDCWD, path)
#define BY_PATH_AT(call, fd, path) judge_path(CALL_##call, CALLER, fd, path)
#define BY_CALL(call) judge(CALL_##call, CALLER)

/* A function that fails with FAILURE if the verdict says so, and else is the
 * real one. */
#define WRAP(type, failure, verdict, name, parameters, arguments)              \
	type name parameters                                                   \
	{                                                                      \
		static type(*real) parameters;                                 \
		FIND_REAL(name);                                               \
		if ((verdict) == VERDICT_FAIL)                                 \
			return failure;                                        \
		return real arguments;                                         \
	}

/* The same for what moves SIZE bytes or pieces, which may be half of them. */
#define WRAP_SIZED(type, verdict, name, parameters, arguments)                 \
	type name parameters                                                   \
	{                                                                      \
		static type(*real) parameters;                                 \
		Verdict judged = verdict;                                      \
		FIND_REAL(name);                                               \
		if (judged == VERDICT_FAIL)                                    \
			return -1;                                             \
		if (judged == VERDICT_HALF && size > 1)                        \
			size /= 2;                                             \
		return real arguments;                                         \
	}

/* The same for what writes to a file, at OFFSET, -1 for where it stands. */
#define WRAP_WRITE(verdict, offset, name, parameters, arguments)               \
	ssize_t name parameters                                                \
	{                                                                      \
		static ssize_t(*real) parameters;                              \
		Verdict judged = verdict;                                      \
		FIND_REAL(name);                                               \
		if (judged == VERDICT_FAIL)                                    \
			return -1;                                             \
		if (judged == VERDICT_HALF && size > 1)                        \
			size /= 2;                                             \
		note_write(fd, offset, size);                                  \
		return real arguments;                                         \
	}

/* The same for what makes sure that something is on the disk. */
#define WRAP_FLUSH(verdict, name, parameters, arguments)                       \
	int name parameters                                                    \
	{                                                                      \
		static int(*real) parameters;                                  \
		int flushed;                                                   \
		FIND_REAL(name);                                               \
		if ((verdict) == VERDICT_FAIL) {                               \
			note_flush(fd, 1);                                     \
			return -1;                                             \
		}                                                              \
		flushed = real arguments;                                      \
		note_flush(fd, 0);                                             \
		flush_slowly();                                                \
		return flushed;                                                \
	}

/* The same for what opens a file; the mode is there only if one may be made. */
#define WRAP_OPEN(verdict, name, parameters, arguments)                        \
	int name parameters                                                    \
	{                                                                      \
		static int(*real) parameters;                                  \
		mode_t mode = 0;                                               \
		va_list list;                                                  \
		FIND_REAL(name);                                               \
		if (flags & (O_CREAT | O_TMPFILE)) {                           \
			va_start(list, flags);                                 \
			mode = va_arg(list, mode_t);                           \
			va_end(list);                                          \
		}                                                              \
		if ((verdict) == VERDICT_FAIL)                                 \
			return -1;                                             \
		return real arguments;                                         \
	}

/* clang-format off */

/* ---- writing and reading ---- */

WRAP_WRITE(BY_FD(WRITE, fd), -1, write,
	(int fd, const void *data, size_t size), (fd, data, size))
WRAP_WRITE(BY_FD(PWRITE, fd), offset, pwrite,
	(int fd, const void *data, size_t size, off_t offset),
	(fd, data, size, offset))
WRAP_WRITE(BY_FD(PWRITE, fd), offset, pwrite64,
	(int fd, const void *data, size_t size, off64_t offset),
	(fd, data, size, offset))
WRAP_SIZED(ssize_t, BY_FD(WRITEV, fd), writev,
	(int fd, const struct iovec *pieces, int size), (fd, pieces, size))
WRAP_SIZED(ssize_t, BY_FD(WRITEV, fd), pwritev,
	(int fd, const struct iovec *pieces, int size, off_t offset),
	(fd, pieces, size, offset))
WRAP_SIZED(ssize_t, BY_FD(READ, fd), read,
	(int fd, void *data, size_t size), (fd, data, size))
WRAP_SIZED(ssize_t, BY_FD(PREAD, fd), pread,
	(int fd, void *data, size_t size, off_t offset),
	(fd, data, size, offset))
WRAP_SIZED(ssize_t, BY_FD(PREAD, fd), pread64,
	(int fd, void *data, size_t size, off64_t offset),
	(fd, data, size, offset))

/* ---- flushing ---- */

WRAP_FLUSH(BY_FD(FSYNC, fd), fsync, (int fd), (fd))
WRAP_FLUSH(BY_FD(FDATASYNC, fd), fdatasync, (int fd), (fd))
WRAP_FLUSH(BY_FD(SYNC, fd), syncfs, (int fd), (fd))
WRAP_FLUSH(BY_FD(SYNC, fd), sync_file_range,
	(int fd, off64_t offset, off64_t size, unsigned int flags),
	(fd, offset, size, flags))

int msync(void *start, size_t size, int flags)
{
	static int (*real)(void *start, size_t size, int flags);
	int flushed;

	FIND_REAL(msync);
	if (!(flags & MS_SYNC))
		return real(start, size, flags);
	if (BY_CALL(SYNC) == VERDICT_FAIL)
		return -1;
	flushed = real(start, size, flags);
	flush_slowly();
	return flushed;
}

/* ---- names ---- */

WRAP(int, -1, BY_PATH(RENAME, to), rename,
	(const char *from, const char *to), (from, to))
WRAP(int, -1, BY_PATH_AT(RENAME, to_fd, to), renameat,
	(int from_fd, const char *from, int to_fd, const char *to),
	(from_fd, from, to_fd, to))
WRAP(int, -1, BY_PATH_AT(RENAME, to_fd, to), renameat2,
	(int from_fd, const char *from, int to_fd, const char *to,
		unsigned int flags),
	(from_fd, from, to_fd, to, flags))
WRAP(int, -1, BY_PATH(LINK, to), link,
	(const char *from, const char *to), (from, to))
WRAP(int, -1, BY_PATH_AT(LINK, to_fd, to), linkat,
	(int from_fd, const char *from, int to_fd, const char *to, int flags),
	(from_fd, from, to_fd, to, flags))
WRAP(int, -1, BY_PATH(LINK, to), symlink,
	(const char *from, const char *to), (from, to))
WRAP(int, -1, BY_PATH(UNLINK, path), unlink, (const char *path), (path))
WRAP(int, -1, BY_PATH_AT(UNLINK, dir_fd, path), unlinkat,
	(int dir_fd, const char *path, int flags), (dir_fd, path, flags))
WRAP(int, -1, BY_PATH(UNLINK, path), rmdir, (const char *path), (path))
WRAP(int, -1, BY_PATH(MKDIR, path), mkdir,
	(const char *path, mode_t mode), (path, mode))
WRAP(int, -1, BY_PATH_AT(MKDIR, dir_fd, path), mkdirat,
	(int dir_fd, const char *path, mode_t mode), (dir_fd, path, mode))
WRAP(int, -1, BY_PATH(CHMOD, path), chmod,
	(const char *path, mode_t mode), (path, mode))
WRAP(int, -1, BY_FD(CHMOD, fd), fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(int, -1, BY_FD(CHMOD, fd), fchown,
	(int fd, uid_t user, gid_t group), (fd, user, group))

/* ---- opening ---- */

WRAP_OPEN(BY_PATH(OPEN, path), open,
	(const char *path, int flags, ...), (path, flags, mode))
WRAP_OPEN(BY_PATH(OPEN, path), open64,
	(const char *path, int flags, ...), (path, flags, mode))
WRAP_OPEN(BY_PATH_AT(OPEN, dir_fd, path), openat,
	(int dir_fd, const char *path, int flags, ...),
	(dir_fd, path, flags, mode))
WRAP_OPEN(BY_PATH_AT(OPEN, dir_fd, path), openat64,
	(int dir_fd, const char *path, int flags, ...),
	(dir_fd, path, flags, mode))

/* What _FORTIFY_SOURCE calls when it sees no mode. */
extern int __open_2(const char *path, int flags);
extern int __open64_2(const char *path, int flags);
extern int __openat_2(int dir_fd, const char *path, int flags);
extern int __openat64_2(int dir_fd, const char *path, int flags);

WRAP(int, -1, BY_PATH(OPEN, path), __open_2,
	(const char *path, int flags), (path, flags))
WRAP(int, -1, BY_PATH(OPEN, path), __open64_2,
	(const char *path, int flags), (path, flags))
WRAP(int, -1, BY_PATH_AT(OPEN, dir_fd, path), __openat_2,
	(int dir_fd, const char *path, int flags), (dir_fd, path, flags))
WRAP(int, -1, BY_PATH_AT(OPEN, dir_fd, path), __openat64_2,
	(int dir_fd, const char *path, int flags), (dir_fd, path, flags))

WRAP(int, -1, BY_PATH(OPEN, path), creat,
	(const char *path, mode_t mode), (path, mode))
WRAP(int, -1, BY_PATH(OPEN, path), creat64,
	(const char *path, mode_t mode), (path, mode))
WRAP(FILE *, NULL, BY_PATH(OPEN, path), fopen,
	(const char *path, const char *how), (path, how))
WRAP(FILE *, NULL, BY_PATH(OPEN, path), fopen64,
	(const char *path, const char *how), (path, how))

WRAP(int, -1, BY_PATH(STAT, path), stat,
	(const char *path, struct stat *status), (path, status))
WRAP(int, -1, BY_PATH(STAT, path), stat64,
	(const char *path, struct stat64 *status), (path, status))
WRAP(int, -1, BY_PATH(STAT, path), lstat,
	(const char *path, struct stat *status), (path, status))
WRAP(int, -1, BY_PATH(STAT, path), lstat64,
	(const char *path, struct stat64 *status), (path, status))
WRAP(int, -1, BY_FD(STAT, fd), fstat,
	(int fd, struct stat *status), (fd, status))
WRAP(int, -1, BY_FD(STAT, fd), fstat64,
	(int fd, struct stat64 *status), (fd, status))
WRAP(int, -1, BY_PATH_AT(STAT, dir_fd, path), fstatat,
	(int dir_fd, const char *path, struct stat *status, int flags),
	(dir_fd, path, status, flags))
WRAP(int, -1, BY_PATH_AT(STAT, dir_fd, path), fstatat64,
	(int dir_fd, const char *path, struct stat64 *status, int flags),
	(dir_fd, path, status, flags))

/* A descriptor whose close fails is closed all the same. */
int close(int fd)
{
	static int (*real)(int fd);
	Verdict verdict = BY_FD(CLOSE, fd);
	int error = errno, closed;

	FIND_REAL(close);
	closed = real(fd);
	if (verdict != VERDICT_FAIL)
		return closed;
	errno = error;
	return -1;
}

/* ---- space and memory ---- */

WRAP(int, -1, BY_FD(FTRUNCATE, fd), ftruncate,
	(int fd, off_t size), (fd, size))
WRAP(int, -1, BY_FD(FTRUNCATE, fd), ftruncate64,
	(int fd, off64_t size), (fd, size))
WRAP(int, -1, BY_PATH(FTRUNCATE, path), truncate,
	(const char *path, off_t size), (path, size))
WRAP(int, -1, BY_FD(FALLOCATE, fd), fallocate,
	(int fd, int mode, off_t offset, off_t size), (fd, mode, offset, size))
WRAP(int, -1, BY_FD(FALLOCATE, fd), fallocate64,
	(int fd, int mode, off64_t offset, off64_t size),
	(fd, mode, offset, size))
WRAP(int, errno, BY_FD(FALLOCATE, fd), posix_fallocate,
	(int fd, off_t offset, off_t size), (fd, offset, size))
WRAP(int, errno, BY_FD(FALLOCATE, fd), posix_fallocate64,
	(int fd, off64_t offset, off64_t size), (fd, offset, size))

WRAP(void *, MAP_FAILED, fd < 0 ? BY_CALL(MMAP) : BY_FD(MMAP, fd), mmap,
	(void *start, size_t size, int access, int flags, int fd, off_t offset),
	(start, size, access, flags, fd, offset))
WRAP(void *, MAP_FAILED, fd < 0 ? BY_CALL(MMAP) : BY_FD(MMAP, fd), mmap64,
	(void *start, size_t size, int access, int flags, int fd, off64_t offset),
	(start, size, access, flags, fd, offset))

/* dlsym() may ask for memory, so these are found without it. */
void *malloc(size_t size)
{
	return BY_CALL(MALLOC) == VERDICT_FAIL ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return BY_CALL(CALLOC) == VERDICT_FAIL ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return BY_CALL(REALLOC) == VERDICT_FAIL ? NULL : __libc_realloc(old, size);
}

/* ---- sockets, threads, processes ---- */

WRAP(int, -1, BY_CALL(SOCKET), socket,
	(int family, int type, int protocol), (family, type, protocol))
WRAP(int, -1, BY_CALL(CONNECT), connect,
	(int fd, const struct sockaddr *address, socklen_t size),
	(fd, address, size))
WRAP(int, -1, BY_CALL(ACCEPT), accept,
	(int fd, struct sockaddr *address, socklen_t *size),
	(fd, address, size))
WRAP(int, -1, BY_CALL(ACCEPT), accept4,
	(int fd, struct sockaddr *address, socklen_t *size, int flags),
	(fd, address, size, flags))
WRAP_SIZED(ssize_t, BY_CALL(SEND), send,
	(int fd, const void *data, size_t size, int flags),
	(fd, data, size, flags))
WRAP_SIZED(ssize_t, BY_CALL(SEND), sendto,
	(int fd, const void *data, size_t size, int flags,
		const struct sockaddr *address, socklen_t address_size),
	(fd, data, size, flags, address, address_size))
WRAP(ssize_t, -1, BY_CALL(SEND), sendmsg,
	(int fd, const struct msghdr *message, int flags), (fd, message, flags))
WRAP_SIZED(ssize_t, BY_CALL(RECV), recv,
	(int fd, void *data, size_t size, int flags), (fd, data, size, flags))
WRAP_SIZED(ssize_t, BY_CALL(RECV), recvfrom,
	(int fd, void *data, size_t size, int flags,
		struct sockaddr *address, socklen_t *address_size),
	(fd, data, size, flags, address, address_size))
WRAP(ssize_t, -1, BY_CALL(RECV), recvmsg,
	(int fd, struct msghdr *message, int flags), (fd, message, flags))
WRAP(int, errno, BY_CALL(THREAD), pthread_create,
	(pthread_t *thread, const pthread_attr_t *attributes,
		void *(*function)(void *), void *data),
	(thread, attributes, function, data))
WRAP(pid_t, -1, BY_CALL(FORK), fork, (void), ())

/* ---- the clock ---- */

int clock_gettime(clockid_t which, struct timespec *now)
{
	static int (*real)(clockid_t which, struct timespec *now);
	int result;

	FIND_REAL(clock_gettime);
	result = real(which, now);
	if (clock_shift && !result &&
	    (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
		now->tv_sec += *clock_shift;
	return result;
}

int gettimeofday(struct timeval *now, void *zone)
{
	static int (*real)(struct timeval *now, void *zone);
	int result;

	FIND_REAL(gettimeofday);
	result = real(now, zone);
	if (clock_shift && !result)
		now->tv_sec += *clock_shift;
	return result;
}

time_t time(time_t *now)
{
	static time_t (*real)(time_t *now);
	time_t result;

	FIND_REAL(time);
	result = real(NULL) + (clock_shift ? *clock_shift : 0);
	if (now)
		*now = result;
	return result;
}
