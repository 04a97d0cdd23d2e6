/* sandbox.h - what the program may still do: the policy, and its two tools
 *
 * Three cages, each a list of places on disk (Landlock), TCP ports (Landlock)
 * and system calls (seccomp):
 *
 *   desk      the daemon and --deliver.  Writes to the store alone, makes
 *             sockets in their folders alone, reads what the configuration
 *             names and what the C library reads of the system, connects to
 *             the SMTP server's port and the resolver's alone, and starts
 *             programs of the system alone, never one that it wrote.
 *   parser    a thread or process that reads mail: opens what the C library
 *             needs for charsets and time zones, for reading; no other file,
 *             no socket, no process.
 *   verifier  `ticketd --verify`: gpg and gpgsm, its own directory; no network.
 *
 * A cage is inherited, and only ever gets narrower.  A call that is on no list
 * fails with ENOSYS, what a kernel says that lacks it, so that a newer C
 * library falls back on another; one that nobody but an intruder makes
 * (ptrace(2), mount(2)) ends the process.  Where the kernel lacks Landlock or
 * seccomp the rest holds. */

#ifndef TICKETD_DAEMON_SANDBOX_H
#define TICKETD_DAEMON_SANDBOX_H

#include <ticketd/conf.h>

G_BEGIN_DECLS

/* A sanitizer attaches to its own process and makes calls of its own. */
#ifdef __SANITIZE_ADDRESS__
#define TD_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TD_SANITIZED
#endif
#endif

typedef enum {
	TD_CAGE_DESK,
	TD_CAGE_PARSER,
	TD_CAGE_VERIFIER,
} TdCage;

/* ---- sandbox.c: the policy ---- */

/* All zeros, but for @audit, before the first call. */
typedef struct {
	gboolean audit; /* the kernel's audit log tells of refused calls */
	TdSandboxUse use;
	int landlock;     /* its version, once it holds; 0: it does not */
	gboolean seccomp; /* it holds */
} TdSandbox;

/* Closes what is not a place of @conf or of the system's; makes the directory
 * of the sockets before that, for afterwards it cannot.  Before the first
 * thread, which would not be held.  FALSE with TD_ERROR_CONFIG: it does not
 * work here, and [desk] sandbox is "must". */
gboolean td_sandbox_close_files(
    TdSandbox *sandbox, const TdConf *conf, GError **error);

/* Takes all threads every system call that the desk does not need, bind(2)
 * among them: once the sockets are there.  Fails likewise. */
gboolean td_sandbox_close_calls(TdSandbox *sandbox, GError **error);

/* One line, event=sandbox: what holds; a warning if something does not. */
void td_sandbox_log(const TdSandbox *sandbox);

/* Puts the calling thread into the cage of parsers.  @sandbox is that of the
 * process; of two tools those are used which hold there.  Where it must and
 * cannot, the process ends with EX_TEMPFAIL: mail in hand comes again. */
void td_sandbox_enter_parser(gpointer sandbox);

/* For `ticketd --parse` and --verify, whose directory @scratch is: closes what
 * can be closed, unless @use is off.  FALSE: that is not all, and @use is
 * must. */
gboolean td_sandbox_enter_child(
    TdCage cage, const char *scratch, TdSandboxUse use);

/* ---- sandbox-files.c: Landlock ---- */

typedef enum {
	TD_REACH_LIST,    /* names in directories */
	TD_REACH_READ,    /* and files */
	TD_REACH_RUN,     /* and programs */
	TD_REACH_USE,     /* read and write what is there */
	TD_REACH_SOCKETS, /* make and remove sockets */
	TD_REACH_OWN,     /* all but programs and devices */
} TdReach;

typedef struct {
	GArray *places;  /* of an open file and what is allowed beneath it */
	GArray *connect; /* of guint16: TCP ports */
	GArray *bind;
	gboolean abstract; /* sockets without a file may be connected to */
} TdPlaces;

void td_places_init(TdPlaces *places);
void td_places_clear(TdPlaces *places);

/* @path with all that is beneath it; one that is not there is left out. */
void td_places_add(TdPlaces *places, const char *path, TdReach reach);

/* Which version of Landlock the kernel has; 0: none. */
int td_landlock_version(void);

/* From here on the calling thread and what it starts reach nothing but @places.
 * FALSE: errno says why. */
gboolean td_landlock_enter(const TdPlaces *places);

/* ---- sandbox-places.c: what each cage reaches ---- */

void td_places_of_desk(TdPlaces *places, const TdConf *conf);
void td_places_of_parser(TdPlaces *places);
/* @scratch: the directory it has for itself. */
void td_places_of_verifier(TdPlaces *places, const char *scratch);

/* ---- sandbox-calls.c: seccomp ---- */

/* From here on the calling thread (@all: each of the process) and what it
 * starts make no other calls than @cage has.  FALSE: errno says why. */
gboolean td_calls_enter(TdCage cage, gboolean all, gboolean audit);

/* ---- privileges.c ---- */

/* The first thing in each program: files are nobody else's (umask), no core
 * file holds mail, and nobody of the same user looks into the process; with
 * @debug the last two stay as they are. */
void td_privileges_begin(gboolean debug);

/* Takes itself every capability for good: root does so before it becomes
 * somebody else. */
void td_privileges_bound(void);

/* No capability is left, and no program that is run gives any back.  FALSE:
 * errno says why. */
gboolean td_privileges_drop(void);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TdPlaces, td_places_clear)

G_END_DECLS

#endif
