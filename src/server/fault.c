/* fault.c - see server/fault.h */

#include "config.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "server/fault.h"

#define RECORDS (TD_FAULT_SIZE / TD_FAULT_DIGEST)
/* A thread that overran its stack needs another to say so. */
#define STACK_SIZE ((gsize)64 * 1024)

typedef struct {
	guint8 bytes[TD_FAULT_DIGEST]; /* zeros: there is none */
} Record;

struct TdFaults {
	int fd;
	off_t at;
	GMutex lock;
	guint count;
	Record records[RECORDS];
};

static const Record none;

/* What the handler reads. */
static volatile struct {
	int fd;
	off_t at; /* of a record that is free */
} place = { .fd = -1 };

static gboolean catching;
/* The handler reads it, on the same thread. */
static _Thread_local const guint8 *volatile handled;

static void free_stack(gpointer stack);

static GPrivate own_stack = G_PRIVATE_INIT(free_stack);

/* ---- the file ---- */

static gboolean
is_none(const Record *record)
{
	return memcmp(record, &none, sizeof(none)) == 0;
}

static off_t
place_of(const TdFaults *faults, guint record)
{
	return faults->at + (off_t)record * TD_FAULT_DIGEST;
}

/* What cannot be written counts at the next start too, no more. */
static void
clear(TdFaults *faults, guint record)
{
	faults->records[record] = none;
	faults->count--;
	if (pwrite(faults->fd, &none, sizeof(none), place_of(faults, record)) <
	    0)
		return;
}

static void
read_records(TdFaults *faults)
{
	ssize_t size = pread(
	    faults->fd, faults->records, sizeof(faults->records), faults->at);
	gsize whole = size < 0 ? 0 : (gsize)size / TD_FAULT_DIGEST;

	memset(faults->records + whole, 0, (RECORDS - whole) * sizeof(none));
	for (guint i = 0; i < RECORDS; i++)
		faults->count += !is_none(&faults->records[i]);
}

TdFaults *
td_faults_new(int fd, off_t at)
{
	TdFaults *faults = g_new0(TdFaults, 1);
	guint slot = 0;

	faults->fd = fd;
	faults->at = at;
	g_mutex_init(&faults->lock);
	read_records(faults);
	if (faults->count == RECORDS)
		for (guint i = 0; i < RECORDS; i++)
			clear(faults, i);
	while (!is_none(&faults->records[slot]))
		slot++;
	place.at = place_of(faults, slot);
	place.fd = fd;
	return faults;
}

void
td_faults_free(TdFaults *faults)
{
	if (faults == NULL)
		return;

	if (place.fd == faults->fd)
		place.fd = -1;
	g_mutex_clear(&faults->lock);
	g_free(faults);
}

guint
td_faults_count(TdFaults *faults, const guint8 *digest)
{
	guint count = 0;

	g_mutex_lock(&faults->lock);
	for (guint i = 0; faults->count > 0 && i < RECORDS; i++)
		count += memcmp(&faults->records[i], digest, sizeof(none)) == 0;
	g_mutex_unlock(&faults->lock);
	return count;
}

void
td_faults_forget(TdFaults *faults, const guint8 *digest)
{
	g_mutex_lock(&faults->lock);
	for (guint i = 0; faults->count > 0 && i < RECORDS; i++)
		if (memcmp(&faults->records[i], digest, sizeof(none)) == 0)
			clear(faults, i);
	g_mutex_unlock(&faults->lock);
}

/* ---- threads ---- */

static void
free_stack(gpointer stack)
{
	const stack_t off = { .ss_flags = SS_DISABLE };

	sigaltstack(&off, NULL);
	g_free(stack);
}

/* One that something else has set stays. */
static void
take_stack(void)
{
	stack_t stack;

	if (!catching || g_private_get(&own_stack) != NULL ||
	    sigaltstack(NULL, &stack) < 0 || (stack.ss_flags & SS_DISABLE) == 0)
		return;
	stack.ss_sp = g_malloc(STACK_SIZE);
	stack.ss_size = STACK_SIZE;
	stack.ss_flags = 0;
	if (sigaltstack(&stack, NULL) < 0)
		g_free(stack.ss_sp);
	else
		g_private_set(&own_stack, stack.ss_sp);
}

void
td_faults_enter(const guint8 *digest)
{
	take_stack();
	handled = digest;
	atomic_signal_fence(memory_order_seq_cst);
}

void
td_faults_leave(void)
{
	atomic_signal_fence(memory_order_seq_cst);
	handled = NULL;
}

/* ---- the handler ---- */

/* Whether the thread did it: the kernel says so, or it called abort(3). */
static gboolean
is_own(const siginfo_t *info)
{
	return info->si_code > 0 ||
	    (info->si_code == SI_TKILL && info->si_pid == getpid());
}

/* The handler is off by now: the second time the process dies of it. */
static void
note_fault(int number, siginfo_t *info, void *context G_GNUC_UNUSED)
{
	if (handled != NULL && place.fd >= 0 && is_own(info) &&
	    pwrite(place.fd, handled, TD_FAULT_DIGEST, place.at) < 0)
		handled = NULL;
	raise(number);
}

void
td_faults_catch(void)
{
	static const int numbers[] = { SIGSEGV, SIGFPE, SIGILL, SIGABRT };
	struct sigaction action = {
		.sa_sigaction = note_fault,
		.sa_flags = SA_SIGINFO | SA_RESETHAND | SA_NODEFER | SA_ONSTACK,
	};

	sigemptyset(&action.sa_mask);
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		sigaction(numbers[i], &action, NULL);
	catching = TRUE;
}
