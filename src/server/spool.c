/* spool.c - see server/spool.h */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <ticketd/io.h>
#include <ticketd/log.h>

#include "server/spool.h"

#define FIRST_CAPACITY ((gsize)4096)

/* What mail on its way in leaves on the disk for the store: so much, or of a
 * small one this part. */
#define SPARE ((guint64)64 * 1024 * 1024)
#define SPARE_PART 16
/* Looks so often how much is left, in bytes written. */
#define LOOK_SIZE ((gsize)1024 * 1024)

struct TdSpoolRoom {
	gatomicrefcount refs;
	gsize budget;
	gsize used; /* atomic */
	char *directory;
};

struct TdSpool {
	TdSpoolRoom *room;
	char *memory;
	gsize capacity; /* of memory: what the budget counts */
	gsize size;     /* of the mail */
	gsize unseen;   /* written since the disk was looked at */
	int fd;         /* -1 while all is in memory */
};

/* What GBytes of a spool give back when they go. */
typedef struct {
	TdSpoolRoom *room;
	char *bytes;
	gsize size;
	gboolean mapped;
} Loan;

TdSpoolRoom *
td_spool_room_new(guint64 budget, const char *directory)
{
	TdSpoolRoom *room = g_new0(TdSpoolRoom, 1);

	g_atomic_ref_count_init(&room->refs);
	room->budget = (gsize)budget;
	room->directory = g_strdup(directory);
	return room;
}

TdSpoolRoom *
td_spool_room_ref(TdSpoolRoom *room)
{
	g_atomic_ref_count_inc(&room->refs);
	return room;
}

void
td_spool_room_unref(TdSpoolRoom *room)
{
	if (room == NULL || !g_atomic_ref_count_dec(&room->refs))
		return;
	g_free(room->directory);
	g_free(room);
}

gsize
td_spool_room_used(TdSpoolRoom *room)
{
	return (gsize)g_atomic_pointer_get(&room->used);
}

static gboolean
borrow(TdSpoolRoom *room, gsize size)
{
	gsize before = (gsize)g_atomic_pointer_add(&room->used, size);

	if (before + size <= room->budget)
		return TRUE;
	g_atomic_pointer_add(&room->used, -(gssize)size);
	return FALSE;
}

static void
give_back(TdSpoolRoom *room, gsize size)
{
	g_atomic_pointer_add(&room->used, -(gssize)size);
}

TdSpool *
td_spool_new(TdSpoolRoom *room)
{
	TdSpool *spool = g_new0(TdSpool, 1);

	spool->room = td_spool_room_ref(room);
	spool->fd = -1;
	return spool;
}

void
td_spool_free(TdSpool *spool)
{
	if (spool == NULL)
		return;
	td_spool_clear(spool);
	td_spool_room_unref(spool->room);
	g_free(spool);
}

static void
drop_memory(TdSpool *spool)
{
	g_clear_pointer(&spool->memory, g_free);
	give_back(spool->room, spool->capacity);
	spool->capacity = 0;
}

void
td_spool_clear(TdSpool *spool)
{
	drop_memory(spool);
	if (spool->fd >= 0)
		close(spool->fd);
	spool->fd = -1;
	spool->size = 0;
}

/* FALSE: too much for memory. */
static gboolean
reserve(TdSpool *spool, gsize size)
{
	gsize capacity = MAX(spool->capacity, FIRST_CAPACITY);

	if (size > TD_SPOOL_MEMORY_MAX)
		return FALSE;
	while (capacity < size)
		capacity *= 2;
	if (capacity == spool->capacity)
		return TRUE;
	if (!borrow(spool->room, capacity - spool->capacity))
		return FALSE;

	spool->memory = g_realloc(spool->memory, capacity);
	spool->capacity = capacity;
	return TRUE;
}

/* A file that goes with its descriptor; not every file system knows
 * O_TMPFILE. */
static int
open_nameless(const char *directory)
{
	g_autofree char *name = NULL;
	int fd;

	g_mkdir(directory, 0700);
	fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR))
		return fd;

	name = g_build_filename(directory, "mail-XXXXXX", NULL);
	fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		unlink(name);
	return fd;
}

/* FALSE: so little is left that the store should have it; sets errno. */
static gboolean
leaves_enough(int fd)
{
	struct statvfs status;
	guint64 size, left;

	if (fstatvfs(fd, &status) < 0)
		return TRUE;
	size = (guint64)status.f_blocks * status.f_frsize;
	left = (guint64)status.f_bavail * status.f_frsize;
	errno = ENOSPC;
	return left >= MIN(SPARE, size / SPARE_PART);
}

static gboolean
append_to_file(TdSpool *spool, const char *bytes, gsize size)
{
	spool->unseen += size;
	if (spool->unseen >= LOOK_SIZE) {
		if (!leaves_enough(spool->fd))
			return FALSE;
		spool->unseen = 0;
	}
	return td_write_all(spool->fd, bytes, size);
}

static gboolean
spill(TdSpool *spool)
{
	int fd = open_nameless(spool->room->directory);

	if (fd < 0)
		return FALSE;
	if (!leaves_enough(fd) ||
	    !td_write_all(fd, spool->memory, spool->size)) {
		int saved = errno;

		close(fd);
		errno = saved;
		return FALSE;
	}
	drop_memory(spool);
	spool->fd = fd;
	return TRUE;
}

/* The sender only hears that there is no room. */
static gboolean
tell_failure(const TdSpool *spool)
{
	int saved = errno;

	td_log(TD_LOG_WARNING, "spool", "directory", spool->room->directory,
	    "error", g_strerror(saved), NULL);
	errno = saved;
	return FALSE;
}

gboolean
td_spool_append(TdSpool *spool, const char *bytes, gsize size)
{
	if (spool->fd < 0 && !reserve(spool, spool->size + size) &&
	    !spill(spool))
		return tell_failure(spool);

	if (spool->fd < 0)
		memcpy(spool->memory + spool->size, bytes, size);
	else if (!append_to_file(spool, bytes, size))
		return tell_failure(spool);
	spool->size += size;
	return TRUE;
}

static void
end_loan(gpointer data)
{
	Loan *loan = data;

	if (loan->mapped) {
		munmap(loan->bytes, loan->size);
	} else {
		g_free(loan->bytes);
		give_back(loan->room, loan->size);
	}
	td_spool_room_unref(loan->room);
	g_free(loan);
}

static GBytes *
lend(TdSpool *spool, char *bytes, gsize held, gboolean mapped)
{
	Loan *loan = g_new0(Loan, 1);

	loan->room = td_spool_room_ref(spool->room);
	loan->bytes = bytes;
	loan->size = held;
	loan->mapped = mapped;
	return g_bytes_new_with_free_func(bytes, spool->size, end_loan, loan);
}

GBytes *
td_spool_take(TdSpool *spool)
{
	GBytes *taken;

	if (spool->fd < 0) {
		taken = lend(spool, g_steal_pointer(&spool->memory),
		    spool->capacity, FALSE);
		spool->capacity = 0; /* the loan gives it back */
	} else {
		char *mapped = mmap(
		    NULL, spool->size, PROT_READ, MAP_PRIVATE, spool->fd, 0);

		taken = mapped == MAP_FAILED
		    ? NULL
		    : lend(spool, mapped, spool->size, TRUE);
	}
	td_spool_clear(spool);
	return taken;
}
