/* sandbox-files.c - Landlock: which files and ports, see daemon/sandbox.h
 *
 * The numbers are those of landlock(7), by the version that brought them; the
 * headers of the build machine may be older than the kernel that runs this. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/sandbox.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define TELL_VERSION 1u
#define RULE_PATH 1
#define RULE_PORT 2

#define EXECUTE (1u << 0)
#define WRITE_FILE (1u << 1)
#define READ_FILE (1u << 2)
#define READ_DIR (1u << 3)
#define REMOVE_DIR (1u << 4)
#define REMOVE_FILE (1u << 5)
#define MAKE_DIR (1u << 7)
#define MAKE_REG (1u << 8)
#define MAKE_SOCK (1u << 9)
#define MAKE_FIFO (1u << 10)
#define MAKE_SYM (1u << 12)
#define ALL_OF_1 ((1u << 13) - 1)
#define REFER (1u << 13)     /* 2: rename and link to other directories */
#define TRUNCATE (1u << 14)  /* 3 */
#define IOCTL_DEV (1u << 15) /* 5 */
/* What a file can have that is no directory. */
#define OF_FILES (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV)

#define NET_BIND (1u << 0) /* both 4 */
#define NET_CONNECT (1u << 1)
#define SCOPE_ABSTRACT (1u << 0) /* both 6 */
#define SCOPE_SIGNAL (1u << 1)

struct ruleset {
	guint64 fs;
	guint64 net;    /* from 4 on */
	guint64 scoped; /* from 6 on */
};

struct path_rule {
	guint64 allowed;
	gint32 fd;
} __attribute__((packed));

struct port_rule {
	guint64 allowed;
	guint64 port;
};

typedef struct {
	int fd;
	guint64 allowed;
} Place;

static const guint32 rights[] = {
	[TD_REACH_LIST] = READ_DIR,
	[TD_REACH_READ] = READ_DIR | READ_FILE,
	[TD_REACH_RUN] = READ_DIR | READ_FILE | EXECUTE,
	[TD_REACH_USE] = READ_DIR | READ_FILE | WRITE_FILE | TRUNCATE,
	[TD_REACH_SOCKETS] = READ_DIR | MAKE_SOCK | REMOVE_FILE,
	[TD_REACH_OWN] = READ_DIR | READ_FILE | WRITE_FILE | TRUNCATE |
	    REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SOCK |
	    MAKE_FIFO | MAKE_SYM | REFER,
};

/* ---- places ---- */

static void
close_place(gpointer data)
{
	close(((Place *)data)->fd);
}

void
td_places_init(TdPlaces *places)
{
	places->places = g_array_new(FALSE, FALSE, sizeof(Place));
	g_array_set_clear_func(places->places, close_place);
	places->connect = g_array_new(FALSE, FALSE, sizeof(guint16));
	places->bind = g_array_new(FALSE, FALSE, sizeof(guint16));
	places->abstract = FALSE;
}

void
td_places_clear(TdPlaces *places)
{
	g_clear_pointer(&places->places, g_array_unref);
	g_clear_pointer(&places->connect, g_array_unref);
	g_clear_pointer(&places->bind, g_array_unref);
}

void
td_places_add(TdPlaces *places, const char *path, TdReach reach)
{
	Place place = { .fd = open(path, O_PATH | O_CLOEXEC) };
	struct stat status;

	if (place.fd < 0)
		return;
	place.allowed = rights[reach];
	if (fstat(place.fd, &status) == 0 && !S_ISDIR(status.st_mode))
		place.allowed &= OF_FILES;
	g_array_append_val(places->places, place);
}

/* ---- the kernel ---- */

int
td_landlock_version(void)
{
	long version = syscall(
	    SYS_landlock_create_ruleset, NULL, (size_t)0, TELL_VERSION);

	return version > 0 ? (int)version : 0;
}

/* All that this version knows is refused unless it is allowed. */
static struct ruleset
handled_by(int version, gboolean abstract)
{
	struct ruleset handled = { .fs = ALL_OF_1 };

	if (version >= 2)
		handled.fs |= REFER;
	if (version >= 3)
		handled.fs |= TRUNCATE;
	if (version >= 4)
		handled.net = NET_BIND | NET_CONNECT;
	if (version >= 5)
		handled.fs |= IOCTL_DEV;
	if (version >= 6)
		handled.scoped = SCOPE_SIGNAL | (abstract ? 0 : SCOPE_ABSTRACT);
	return handled;
}

static gboolean
allow_paths(int fd, const TdPlaces *places, guint64 handled)
{
	for (guint i = 0; i < places->places->len; i++) {
		const Place *place = &g_array_index(places->places, Place, i);
		struct path_rule rule = {
			.allowed = place->allowed & handled,
			.fd = place->fd,
		};

		if (rule.allowed != 0 &&
		    syscall(SYS_landlock_add_rule, fd, RULE_PATH, &rule, 0) < 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
allow_ports(int fd, const GArray *ports, guint64 allowed)
{
	for (guint i = 0; i < ports->len; i++) {
		struct port_rule rule = {
			.allowed = allowed,
			.port = g_array_index(ports, guint16, i),
		};

		if (syscall(SYS_landlock_add_rule, fd, RULE_PORT, &rule, 0) < 0)
			return FALSE;
	}
	return TRUE;
}

static gboolean
restrict_self(int fd, const TdPlaces *places, const struct ruleset *handled)
{
	return allow_paths(fd, places, handled->fs) &&
	    (handled->net == 0 ||
	        (allow_ports(fd, places->connect, NET_CONNECT) &&
	            allow_ports(fd, places->bind, NET_BIND))) &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(SYS_landlock_restrict_self, fd, 0) == 0;
}

gboolean
td_landlock_enter(const TdPlaces *places)
{
	struct ruleset handled = handled_by(
	    td_landlock_version(), places->abstract);
	int fd, saved;
	gboolean done;

	/* Older kernels take a longer one if what they do not know is zero. */
	fd = (int)syscall(
	    SYS_landlock_create_ruleset, &handled, sizeof(handled), 0);
	if (fd < 0)
		return FALSE;
	done = restrict_self(fd, places, &handled);
	saved = errno;
	close(fd);
	errno = saved;
	return done;
}
