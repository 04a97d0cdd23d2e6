/* fast-clock.c - a library preloaded in tests: time that runs faster
 *
 * Built by `gcc -shared -fPIC -O2 -o fast-clock.so fast-clock.c -ldl`, and put
 * into LD_PRELOAD.  With FAST_CLOCK=N:BASE:START all clocks run N times as
 * fast, and the wall clock says START, in seconds since 1970, when it is BASE
 * by the real one; so all processes that have the same values live at the same
 * time. Waits with a time limit (poll, select, nanosleep, and futexes by
 * syscall(2) as GLib does it) end N times as early.  Those inside the C
 * library, and times of files, stay as they are. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000LL

static long long speed = 1, base, start;

__attribute__((constructor)) static void
begin(void)
{
	const char *text = getenv("FAST_CLOCK");

	if (text == NULL ||
	    sscanf(text, "%lld:%lld:%lld", &speed, &base, &start) != 3 ||
	    speed < 1)
		speed = 1, base = start = 0;
}

static void *
next(const char *name)
{
	void *symbol = dlsym(RTLD_NEXT, name);

	if (symbol == NULL)
		abort();
	return symbol;
}

static long long
ns_of(const struct timespec *time)
{
	return time->tv_sec * NS + time->tv_nsec;
}

static struct timespec
time_of(long long ns)
{
	return (struct timespec){ .tv_sec = ns / NS, .tv_nsec = ns % NS };
}

/* How long to wait really. */
static struct timespec
shorter(const struct timespec *time)
{
	return time_of(ns_of(time) / speed);
}

int
clock_gettime(clockid_t id, struct timespec *now)
{
	static int (*real)(clockid_t, struct timespec *);

	if (real == NULL)
		real = next("clock_gettime");
	if (real(id, now) != 0)
		return -1;
	if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)
		*now = time_of((ns_of(now) - base * NS) * speed + start * NS);
	else if (id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE ||
	    id == CLOCK_BOOTTIME)
		*now = time_of(ns_of(now) * speed);
	return 0;
}

int
gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec time;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &time);
	now->tv_sec = time.tv_sec;
	now->tv_usec = time.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *result)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (result != NULL)
		*result = now.tv_sec;
	return now.tv_sec;
}

int
poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct timespec wait = time_of(timeout * (NS / 1000) / speed);

	return ppoll(fds, count, timeout < 0 ? NULL : &wait, NULL);
}

int
select(int count, fd_set *restrict readable, fd_set *restrict writable,
    fd_set *restrict other, struct timeval *restrict timeout)
{
	struct timespec wait = { 0 };

	if (timeout != NULL)
		wait = time_of(
		    (timeout->tv_sec * NS + timeout->tv_usec * 1000) / speed);
	return pselect(count, readable, writable, other,
	    timeout == NULL ? NULL : &wait, NULL);
}

int
nanosleep(const struct timespec *time, struct timespec *left)
{
	struct timespec wait = shorter(time);

	return (int)syscall(SYS_nanosleep, &wait, left);
}

int
usleep(useconds_t time)
{
	struct timespec wait = time_of(time * 1000LL);

	return nanosleep(&wait, NULL);
}

/* Only FUTEX_WAIT, whose limit is relative, needs help. */
long
syscall(long number, ...)
{
	static long (*real)(long, ...);
	struct timespec wait;
	va_list list;
	long a[6];

	if (real == NULL)
		real = next("syscall");
	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_futex && (a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT &&
	    a[3] != 0) {
		wait = shorter((const struct timespec *)(intptr_t)a[3]);
		a[3] = (long)(intptr_t)&wait;
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
