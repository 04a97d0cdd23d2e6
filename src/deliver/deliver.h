/* deliver.h - the parts of ticket-deliver, which knows libc alone
 *
 * It starts once for every mail, so nothing here allocates, looks at the locale
 * or uses stdio where all goes well.  There is no GError either: what went
 * wrong is a TdVerdict, the exit status and the one line that the mail server
 * gets. */

#ifndef DELIVER_DELIVER_H
#define DELIVER_DELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* ---- verdict.c: how it ends ---- */

/* The only exit statuses there are.  pipe(8) bounces the mail on all others
 * but 71, so each trouble of our own is TD_EXIT_DEFER. */
enum {
	TD_EXIT_DELIVERED = 0,
	TD_EXIT_TOO_LARGE = 65, /* EX_DATAERR */
	TD_EXIT_NOT_OURS = 67,  /* EX_NOUSER */
	TD_EXIT_DEFER = 75,     /* EX_TEMPFAIL */
};

typedef struct {
	int status;
	char line[320]; /* "4.3.0 ticket-deliver: ...", no line end; "" when
	                 * delivered */
} TdVerdict;

/* Sets *@verdict to TD_EXIT_DEFER: @code is an enhanced status code of class 4
 * (RFC 3463), @text says what failed, and @number, unless 0, is the errno that
 * tells why.  Always false, so that a check is two lines. */
bool td_verdict_defer(
    TdVerdict *verdict, const char *code, const char *text, int number);

/* Sets *@verdict to TD_EXIT_DEFER unless it is that already, for the answer
 * @code @text of the daemon (@size bytes).  Words with anything but printable
 * ASCII, or with a slash, are left out. */
void td_verdict_defer_reply(
    TdVerdict *verdict, int code, const char *text, size_t size);

/* Adds an answer about the mail: 550 is TD_EXIT_NOT_OURS, 552
 * TD_EXIT_TOO_LARGE, 2xx nothing and any other TD_EXIT_DEFER.  The first one
 * stays, but TD_EXIT_DEFER takes the place of both others. */
void td_verdict_add_reply(
    TdVerdict *verdict, int code, const char *text, size_t size);

/* Writes the line to stderr with one write(2). */
void td_verdict_print(const TdVerdict *verdict);

/* ---- conf.c: two keys of ticketd.conf ---- */

typedef struct {
	char run[1024]; /* directory of the socket lmtp */
	bool fallback;  /* whether ticketd --deliver may do it */
} TdDeliverConf;

/* Reads `run` and `deliver-fallback` of [desk] as GKeyFile would, from @size
 * bytes.  False, with *@conf as it was, where the text is no key file, one of
 * the two is there twice or its value is none. */
bool td_deliver_conf_parse(const char *text, size_t size, TdDeliverConf *conf);

/* The same from the file @path; on false *@verdict says why. */
bool td_deliver_conf_load(
    const char *path, TdDeliverConf *conf, TdVerdict *verdict);

/* ---- input.c: the message on stdin ---- */

enum {
	TD_CHUNK = 65536, /* bytes of one BDAT, and of one pipe's buffer */
	TD_ANSWER_MS = 300 * 1000,
};

typedef struct {
	int fd;
	pid_t parent;      /* who started us: it feeds fd */
	bool ends_in_line; /* it never leaves out the last line end */
	bool begun;        /* the place of a mbox "From " line is past */
	bool ended;        /* nothing follows data */
	bool any;          /* there was a byte of message */
	char last;         /* the last byte so far */
	size_t size;       /* bytes in data */
	char data[TD_CHUNK];
} TdInput;

/* Replaces the data by what follows: TD_CHUNK bytes, fewer at the end alone.  A
 * "From " line at the start of all is left out.  False: read(2) failed or gave
 * nothing for TD_ANSWER_MS. */
bool td_input_fill(TdInput *input, TdVerdict *verdict);

/* Whether all that was read is a whole mail, asked at its end.  A pipe(8) that
 * is killed in the middle of a mail looks like the end of one. */
bool td_input_whole(const TdInput *input, TdVerdict *verdict);

/* ---- envelope.c: who sent the mail to whom, as LMTP commands ---- */

enum {
	TD_ADDRESS_MAX = 1024, /* bytes of any address or queue id */
	TD_COMMAND_MAX = 8192, /* bytes of any command that comes of them */
};

/* Strings are borrowed and none is over TD_ADDRESS_MAX. */
typedef struct {
	const char *sender; /* "" the null sender; NULL not known, then
	                     * td_envelope_find_sender() is for it */
	const char *original_recipient; /* or NULL */
	const char *queue_id;           /* or NULL */
	char *const *recipients;
	unsigned count;
} TdDeliverEnvelope;

/* Whether @address can stand between angle brackets: no control character, no
 * blank or angle bracket outside quotes, at most TD_ADDRESS_MAX bytes. */
bool td_envelope_fits(const char *address);

/* What to say of a sender that is not known, from the beginning of the mail:
 * the topmost Return-Path where there is a good one, else an address that is
 * nobody's.  Never the null sender for a mail that does not name it: such mail
 * is a machine's.  @sender has room for TD_ADDRESS_MAX + 1 bytes. */
void td_envelope_find_sender(const char *data, size_t size, char *sender);

/* Write a command with its line end into @line, which has room for
 * TD_COMMAND_MAX bytes, and return its size. */
size_t td_envelope_mail(const TdDeliverEnvelope *envelope, char *line);
size_t td_envelope_rcpt(
    const TdDeliverEnvelope *envelope, unsigned recipient, char *line);

/* ---- lmtp.c: the talk with the daemon ---- */

typedef struct {
	int code;         /* 100 to 599 */
	const char *text; /* of the last line, behind the code; borrowed */
	size_t size;      /* bytes of text */
} TdReply;

/* Reads one reply, of as many lines as it has, at the start of @size bytes.
 * Returns the bytes it takes, 0 when it is not all there, -1 when it is no
 * reply; *@reply is written in the first case alone. */
long td_reply_parse(const char *data, size_t size, TdReply *reply);

/* Connects to the Unix socket DIRECTORY/lmtp, waiting at most 10 seconds for a
 * place in its queue.  The descriptor, or -1; then *@absent says that nobody
 * listens there, or *@verdict what else is wrong. */
int td_lmtp_connect(const char *directory, bool *absent, TdVerdict *verdict);

/* Hands the message over and waits for what became of it, which is *@verdict.
 * @input holds the first of it.  Where @input is not whole the connection is
 * dropped, and nothing filed. */
void td_lmtp_deliver(int fd, const TdDeliverEnvelope *envelope, TdInput *input,
    TdVerdict *verdict);

#endif
