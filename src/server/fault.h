/* fault.h - at which mail the process faulted
 *
 * Who handles a mail says so.  If his thread faults, a handler of the signal
 * writes the digest of that mail to a file before the process ends, and the
 * next process reads how often it was so.  Nothing is written of what kills the
 * process from outside, be it a power cut or a signal that somebody sent, nor
 * against mails that other threads handle. */

#ifndef TICKETD_SERVER_FAULT_H
#define TICKETD_SERVER_FAULT_H

#include <sys/types.h>

#include <glib.h>

G_BEGIN_DECLS

#define TD_FAULT_DIGEST 32u

/* Bytes of the file that they take. */
#define TD_FAULT_SIZE (64u * TD_FAULT_DIGEST)

typedef struct TdFaults TdFaults;

/* They are kept in @fd, which stays the caller's and outlives the result, from
 * the byte @at on, and read from there; what cannot be read is none.  When they
 * leave no room, all are forgotten.  The faults of the process go to the one
 * made last.  The caller owns the result. */
TdFaults *td_faults_new(int fd, off_t at);
void td_faults_free(TdFaults *faults);

/* How often it was at the mail of @digest.  Any thread. */
guint td_faults_count(TdFaults *faults, const guint8 *digest);

/* It is handled, without a fault: it was chance.  Any thread. */
void td_faults_forget(TdFaults *faults, const guint8 *digest);

/* The calling thread handles the mail of @digest, which stays the caller's,
 * until td_faults_leave(). */
void td_faults_enter(const guint8 *digest);
void td_faults_leave(void);

/* From here on faults are noted: sets the process's handlers of SIGSEGV,
 * SIGFPE, SIGILL and SIGABRT.  SIGBUS may be the disk's fault and SIGTRAP,
 * which is how GLib ends, that of memory which ran out: they prove nothing. */
void td_faults_catch(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdFaults, td_faults_free)

G_END_DECLS

#endif
