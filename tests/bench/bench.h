/* bench.h - what both load generators need; libc alone */

#ifndef TESTS_BENCH_H
#define TESTS_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	MAIL_SIZE = 2048,
	MAIL_ROOM = MAIL_SIZE + 1
};

static inline double
now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Ends the program: @what failed, for the reason in errno. */
static inline void
die(const char *what)
{
	perror(what);
	exit(1);
}

/* A number of at least @least from @text. */
static inline long
read_number(const char *text, long least)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (*end != '\0' || number < least) {
		fprintf(stderr, "bad number: %s\n", text);
		exit(1);
	}
	return number;
}

/* Writes mail @number of run @run to @recipient into @mail, of MAIL_ROOM bytes:
 * a plain text of exactly MAIL_SIZE bytes with CRLF, its own sender and
 * Message-ID. */
static inline void
write_mail(char *mail, const char *recipient, const char *run, long number)
{
	static const char line[] = "The printer on the second floor prints "
	                           "every page twice again.\r\n";
	int used = snprintf(mail, MAIL_ROOM,
	    "Received: from client.example (client.example [192.0.2.1])\r\n"
	    "\tby mail.example.org (Postfix) with ESMTPS id 4Rt%08lX\r\n"
	    "\tfor <%s>; Sat, 21 Nov 2026 10:00:00 +0000\r\n"
	    "From: Customer %ld <customer-%s-%ld@example.net>\r\n"
	    "To: Support <%s>\r\n"
	    "Subject: The printer of room %ld\r\n"
	    "Message-ID: <%s.%ld@client.example>\r\n"
	    "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=UTF-8\r\n"
	    "Content-Transfer-Encoding: 8bit\r\n"
	    "\r\n",
	    number, recipient, number, run, number, recipient, number, run,
	    number);

	for (; used < MAIL_SIZE; used += (int)strlen(line))
		snprintf(mail + used, (size_t)(MAIL_ROOM - used), "%s", line);
	memcpy(mail + MAIL_SIZE - 2, "\r\n", 3);
}

/* Writes mail @number of run @run by @agent, an answer with three commands on
 * top, into @mail, of MAIL_ROOM bytes; its size. */
static inline int
write_commands(char *mail, const char *agent, const char *recipient,
    const char *run, long number)
{
	return snprintf(mail, MAIL_ROOM,
	    "From: <%s>\r\n"
	    "To: <%s>\r\n"
	    "Subject: Re: [support #1] The printer\r\n"
	    "Message-ID: <%s.%ld@agents.example>\r\n"
	    "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=UTF-8\r\n"
	    "\r\n"
	    "time 1\r\npriority %ld; tag +room-%ld\r\n"
	    "\r\n"
	    "> The printer prints every page twice again.\r\n",
	    agent, recipient, run, number, 1 + number % 5, number % 7);
}

#endif
