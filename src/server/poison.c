/* poison.c - see server/poison.h */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ticketd/error.h>
#include <ticketd/log.h>
#include <ticketd/sha256.h>
#include <ticketd/text.h>

#include "server/fault.h"
#include "server/helper.h"
#include "server/poison.h"

/* Mails noted at once; more are in hand without a note. */
#define NOTES 512u
#define DIGEST_SIZE TD_FAULT_DIGEST
#define NOTES_SIZE ((gsize)NOTES * DIGEST_SIZE)
#define FILE_SIZE (NOTES_SIZE + TD_FAULT_SIZE)

/* A mail at which the process faulted so often is not read again, whatever a
 * child says: it was always the thread that handled it, each time in a process
 * that had begun anew. */
#define FAULTS_MAX 3u
/* ... and after so many it is not taken at all: it is not the reading then. */
#define FAULTS_LAST 5u
/* Once the machine may have been slow. */
#define WAITS_MAX 2u

#define SUBJECT "unreadable message"

/* Threads that are watched while they parse; there are never so many. */
#define WATCHED_MAX 64u

/* What to do with a mail. */
typedef enum {
	VERDICT_READ,
	VERDICT_HEADER, /* no more than to know whether it is filed */
	VERDICT_UNREAD,
	VERDICT_LATER,
} Verdict;

/* A thread in the midst of a mail. */
typedef struct {
	gboolean taken;
	clockid_t clock; /* of the thread's own time */
	gint64 began;    /* by it, in nanoseconds */
	guint8 digest[DIGEST_SIZE];
} Watched;

struct TdPoison {
	int fd; /* NOTES digests, zeros where there is none; then faults */
	GStrv parser;
	TdFaults *faults;
	GMutex lock; /* of all below */
	gboolean taken[NOTES];
	guint8 digests[NOTES][DIGEST_SIZE]; /* of those that are taken */
	gboolean convicts[NOTES];           /* which of them are not read */
	guint next;                         /* where to look for a free one */
	Watched watched[WATCHED_MAX];
	GHashTable *suspects; /* hex digest -> its note, and one */
	GHashTable *waits;    /* hex digest of a suspect -> count */
};

/* ---- the file ---- */

/* Their notes stay until it is known what they are: the mail may come again
 * only after other processes have opened the store. */
static void
read_suspects(TdPoison *poison)
{
	static const guint8 none[DIGEST_SIZE];
	guint8 digest[DIGEST_SIZE];

	for (guint i = 0; i < NOTES; i++) {
		off_t at = (off_t)i * DIGEST_SIZE;

		if (pread(poison->fd, digest, DIGEST_SIZE, at) != DIGEST_SIZE)
			break;
		if (memcmp(digest, none, DIGEST_SIZE) == 0)
			continue;
		poison->taken[i] = TRUE;
		g_hash_table_replace(poison->suspects,
		    td_text_hex(digest, DIGEST_SIZE), GUINT_TO_POINTER(i + 1));
	}
}

static gboolean
write_zeros(TdPoison *poison, gsize from, gsize to)
{
	g_autofree guint8 *zeros = g_malloc0(to - from);

	return pwrite(poison->fd, zeros, to - from, (off_t)from) ==
	    (ssize_t)(to - from);
}

/* All blocks are written now, so that no note fails on a full disk later.  When
 * suspects that never came again take half the room, all are forgotten. */
static gboolean
fill_file(TdPoison *poison)
{
	struct stat status;

	if (g_hash_table_size(poison->suspects) > NOTES / 2) {
		g_hash_table_remove_all(poison->suspects);
		memset(poison->taken, 0, sizeof(poison->taken));
		if (!write_zeros(poison, 0, NOTES_SIZE))
			return FALSE;
	}
	return fstat(poison->fd, &status) == 0 &&
	    ((gsize)status.st_size >= FILE_SIZE ||
	        write_zeros(poison, (gsize)status.st_size, FILE_SIZE));
}

TdPoison *
td_poison_open(const char *directory, const char *const *parser)
{
	g_autofree char *path = g_build_filename(directory, "in-hand", NULL);
	g_autoptr(TdPoison) poison = g_new0(TdPoison, 1);

	g_mutex_init(&poison->lock);
	poison->suspects = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	poison->waits = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, NULL);
	poison->parser = parser == NULL
	    ? td_helper_arguments(NULL, "--parse", NULL)
	    : g_strdupv((char **)parser);
	g_mkdir(directory, 0700);
	poison->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (poison->fd < 0)
		return NULL;

	read_suspects(poison);
	if (!fill_file(poison))
		return NULL;
	poison->faults = td_faults_new(poison->fd, NOTES_SIZE);
	return g_steal_pointer(&poison);
}

void
td_poison_free(TdPoison *poison)
{
	if (poison == NULL)
		return;

	td_faults_free(poison->faults);
	if (poison->fd >= 0)
		close(poison->fd);
	g_strfreev(poison->parser);
	g_hash_table_unref(poison->suspects);
	g_hash_table_unref(poison->waits);
	g_mutex_clear(&poison->lock);
	g_free(poison);
}

/* ---- notes ---- */

static guint
take_note(TdPoison *poison, const guint8 *digest, gboolean convict)
{
	guint note = NOTES;

	g_mutex_lock(&poison->lock);
	for (guint i = 0; i < NOTES && note == NOTES; i++) {
		guint at = (poison->next + i) % NOTES;

		if (!poison->taken[at])
			note = at;
	}
	if (note < NOTES) {
		poison->taken[note] = TRUE;
		memcpy(poison->digests[note], digest, DIGEST_SIZE);
		poison->convicts[note] = convict;
		poison->next = note + 1;
	}
	g_mutex_unlock(&poison->lock);
	return note;
}

/* A note that cannot be written is one suspect less, no more. */
static void
write_note(TdPoison *poison, guint note, const guint8 *digest)
{
	off_t at = (off_t)note * DIGEST_SIZE;

	if (pwrite(poison->fd, digest, DIGEST_SIZE, at) < 0)
		td_log(TD_LOG_DEBUG, "note", "error", g_strerror(errno), NULL);
}

void
td_poison_done(TdPoison *poison, guint note)
{
	static const guint8 none[DIGEST_SIZE];

	if (poison == NULL || note >= NOTES)
		return;
	write_note(poison, note, none);
	g_mutex_lock(&poison->lock);
	poison->taken[note] = FALSE;
	g_mutex_unlock(&poison->lock);
}

void
td_poison_enter(TdPoison *poison, guint note)
{
	if (poison != NULL && note < NOTES)
		td_faults_enter(poison->digests[note]);
}

void
td_poison_leave(void)
{
	td_faults_leave();
}

void
td_poison_spare(TdPoison *poison, guint note)
{
	if (poison != NULL && note < NOTES && !poison->convicts[note])
		td_faults_forget(poison->faults, poison->digests[note]);
}

/* ---- suspects ---- */

static gboolean
is_suspect(TdPoison *poison, const char *digest)
{
	gboolean found;

	g_mutex_lock(&poison->lock);
	found = g_hash_table_contains(poison->suspects, digest);
	g_mutex_unlock(&poison->lock);
	return found;
}

static void
clear_suspect(TdPoison *poison, const char *digest)
{
	gpointer note;

	g_mutex_lock(&poison->lock);
	note = g_hash_table_lookup(poison->suspects, digest);
	g_hash_table_remove(poison->suspects, digest);
	g_hash_table_remove(poison->waits, digest);
	g_mutex_unlock(&poison->lock);
	if (note != NULL)
		td_poison_done(poison, GPOINTER_TO_UINT(note) - 1);
}

/* How often a child waited for it in vain, @more times included. */
static guint
count_waits(TdPoison *poison, const char *digest, guint more)
{
	guint waits;

	g_mutex_lock(&poison->lock);
	waits = GPOINTER_TO_UINT(g_hash_table_lookup(poison->waits, digest)) +
	    more;
	if (more > 0)
		g_hash_table_replace(
		    poison->waits, g_strdup(digest), GUINT_TO_POINTER(waits));
	g_mutex_unlock(&poison->lock);
	return waits;
}

static Verdict
tell(Verdict verdict, const char *digest, const char *result)
{
	td_log(verdict == VERDICT_READ ? TD_LOG_NOTICE : TD_LOG_CRITICAL,
	    "poison", "digest", digest, "result", result, NULL);
	return verdict;
}

/* A suspect that lived through it is none any more; a convict stays one, so
 * that it is not tried in this process ever. */
static Verdict
judge_suspect(TdPoison *poison, const char *digest, const char *raw, gsize size)
{
	TdTrial trial = TD_TRIAL_WELL;

	/* Where there is no program, faults alone can prove what it is. */
	if (count_waits(poison, digest, 0) >= WAITS_MAX)
		trial = TD_TRIAL_WAITED;
	else if (poison->parser != NULL)
		trial = td_helper_try(poison->parser, raw, size);

	switch (trial) {
	case TD_TRIAL_KILLED:
		return tell(
		    VERDICT_UNREAD, digest, "kills the parser; filed unread");
	case TD_TRIAL_WAITED:
		if (count_waits(poison, digest, 1) >= WAITS_MAX)
			return tell(VERDICT_UNREAD, digest,
			    "the parser never ends; filed unread");
		return tell(VERDICT_LATER, digest,
		    "the parser did not end; to be tried once more");
	case TD_TRIAL_UNTRIED:
		return tell(VERDICT_LATER, digest,
		    "in hand at a crash, and cannot be tried now; deferred");
	case TD_TRIAL_WELL:
		break;
	}
	clear_suspect(poison, digest);
	return tell(VERDICT_READ, digest, "in hand at a crash; harmless");
}

static Verdict
judge(TdPoison *poison, const guint8 *bytes, const char *digest,
    const char *raw, gsize size)
{
	guint faults = td_faults_count(poison->faults, bytes);

	if (faults >= FAULTS_LAST)
		return tell(VERDICT_LATER, digest,
		    "the desk faulted at it unread too; not taken");
	/* Perhaps it was filed, and the fault came after that.  The fields of
	 * its header are read for it, once: if that is what faults, not again.
	 */
	if (faults == FAULTS_MAX)
		return tell(VERDICT_HEADER, digest,
		    "the desk faulted at it again and again; filed unread if "
		    "it is not filed yet");
	if (faults > FAULTS_MAX)
		return tell(VERDICT_UNREAD, digest,
		    "the desk faulted at it again and again; filed unread");
	if (!is_suspect(poison, digest))
		return VERDICT_READ;
	return judge_suspect(poison, digest, raw, size);
}

gboolean
td_poison_is_suspect(TdPoison *poison, GBytes *raw)
{
	g_autofree char *hex = NULL;
	guint8 digest[DIGEST_SIZE];
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);
	gboolean any;

	if (poison == NULL)
		return FALSE;
	g_mutex_lock(&poison->lock);
	any = g_hash_table_size(poison->suspects) > 0;
	g_mutex_unlock(&poison->lock);
	if (!any)
		return FALSE;
	td_sha256(bytes, size, digest);
	hex = td_text_hex(digest, sizeof(digest));
	return is_suspect(poison, hex);
}

/* ---- time ---- */

static gint64
time_of(clockid_t clock)
{
	struct timespec time = { 0 };

	clock_gettime(clock, &time);
	return (gint64)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* NULL: nobody looks at this one. */
static Watched *
begin_watch(TdPoison *poison, const guint8 *digest)
{
	Watched *watched = NULL;
	clockid_t clock;

	if (pthread_getcpuclockid(pthread_self(), &clock) != 0)
		return NULL;
	g_mutex_lock(&poison->lock);
	for (guint i = 0; i < WATCHED_MAX && watched == NULL; i++)
		if (!poison->watched[i].taken)
			watched = &poison->watched[i];
	if (watched != NULL) {
		watched->taken = TRUE;
		watched->clock = clock;
		watched->began = time_of(clock);
		memcpy(watched->digest, digest, DIGEST_SIZE);
	}
	g_mutex_unlock(&poison->lock);
	return watched;
}

static void
end_watch(TdPoison *poison, Watched *watched)
{
	if (watched == NULL)
		return;
	g_mutex_lock(&poison->lock);
	watched->taken = FALSE;
	g_mutex_unlock(&poison->lock);
}

char *
td_poison_stuck(TdPoison *poison, guint seconds)
{
	char *found = NULL;

	g_mutex_lock(&poison->lock);
	for (guint i = 0; i < WATCHED_MAX && found == NULL; i++) {
		const Watched *watched = &poison->watched[i];

		if (watched->taken &&
		    (time_of(watched->clock) - watched->began) / 1000000000 >=
		        (gint64)seconds)
			found = td_text_hex(watched->digest, DIGEST_SIZE);
	}
	g_mutex_unlock(&poison->lock);
	return found;
}

static TdMessage *
parse_watched(TdPoison *poison, const guint8 *digest, Verdict verdict,
    const char *bytes, gsize size)
{
	Watched *watched = begin_watch(poison, digest);
	TdMessage *message;

	td_faults_enter(digest);
	message = verdict == VERDICT_READ
	    ? td_message_parse(bytes, size)
	    : td_message_unreadable(bytes, size, SUBJECT);
	if (verdict == VERDICT_HEADER)
		td_message_identify(message, bytes, size);
	td_faults_leave();
	end_watch(poison, watched);
	return message;
}

TdMessage *
td_poison_take(TdPoison *poison, GBytes *raw, guint *note, GError **error)
{
	g_autofree char *hex = NULL;
	guint8 digest[DIGEST_SIZE];
	Verdict verdict;
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);

	*note = NOTES;
	if (poison == NULL)
		return td_message_parse(bytes, size);

	td_sha256(bytes, size, digest);
	hex = td_text_hex(digest, sizeof(digest));
	verdict = judge(poison, digest, hex, bytes, size);
	if (verdict == VERDICT_LATER) {
		td_fail(error, TD_ERROR_AGAIN,
		    "the mail cannot be read now: the log says why");
		return NULL;
	}

	/* What is known of a convict is in the file already. */
	*note = take_note(poison, digest, verdict != VERDICT_READ);
	if (*note < NOTES && verdict == VERDICT_READ)
		write_note(poison, *note, digest);
	return parse_watched(poison, digest, verdict, bytes, size);
}

TdMessage *
td_poison_parse(TdPoison *poison, GBytes *raw, guint *note)
{
	TdMessage *message = td_poison_take(poison, raw, note, NULL);
	gsize size;
	const char *bytes = g_bytes_get_data(raw, &size);

	return message != NULL ? message
	                       : td_message_unreadable(bytes, size, SUBJECT);
}
