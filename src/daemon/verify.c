/* verify.c - checks a signature or reads a key, as server/verify.h tells */

#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include <ticketd/error.h>
#include <ticketd/message.h>
#include <ticketd/text.h>

#include "daemon/daemon.h"
#include "daemon/sandbox.h"

#define READ_SIZE ((gsize)64 * 1024)
/* Who waits for us gives up before that. */
#define SECONDS_MAX 30
#define MEMORY_MAX ((rlim_t)1024 * 1024 * 1024)
/* A keyring. */
#define FILE_SIZE_MAX ((rlim_t)64 * 1024 * 1024)
#define TEXT_MAX 200

/* What came in. */
typedef struct {
	GByteArray *bytes;
	GBytes *mail;    /* NULL: none */
	GPtrArray *keys; /* of GBytes */
} Question;

static void
question_clear(Question *question)
{
	g_clear_pointer(&question->bytes, g_byte_array_unref);
	g_clear_pointer(&question->mail, g_bytes_unref);
	g_clear_pointer(&question->keys, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Question, question_clear)

/* gpg and gpgsm inherit these. */
static gboolean
set_limits(void)
{
	const struct rlimit none = { 0, 0 };
	const struct rlimit seconds = { SECONDS_MAX, SECONDS_MAX };
	const struct rlimit file = { FILE_SIZE_MAX, FILE_SIZE_MAX };

	if (setrlimit(RLIMIT_CORE, &none) < 0 ||
	    setrlimit(RLIMIT_FSIZE, &file) < 0 ||
	    setrlimit(RLIMIT_CPU, &seconds) < 0)
		return FALSE;
#ifndef TD_SANITIZED
	/* The sanitizer maps more than there is. */
	const struct rlimit memory = { MEMORY_MAX, MEMORY_MAX };

	if (setrlimit(RLIMIT_AS, &memory) < 0)
		return FALSE;
#endif
	return TRUE;
}

/* ---- the question ---- */

static void
read_all(GByteArray *bytes)
{
	ssize_t size;

	do {
		guint before = bytes->len;

		g_byte_array_set_size(bytes, before + READ_SIZE);
		size = read(STDIN_FILENO, bytes->data + before, READ_SIZE);
		g_byte_array_set_size(
		    bytes, before + (size > 0 ? (guint)size : 0));
	} while (size > 0 || (size < 0 && errno == EINTR));
}

/* The block at *@at, which moves behind it. */
static gboolean
take_block(Question *question, gsize *at)
{
	const char *line = (const char *)question->bytes->data + *at;
	gsize left = question->bytes->len - *at;
	const char *end = memchr(line, '\n', left);
	g_autofree char *head = NULL;
	gboolean mail;
	guint64 size;

	if (end == NULL)
		return FALSE;
	head = g_strndup(line, (gsize)(end - line));
	mail = g_str_has_prefix(head, "mail ");
	if ((!mail && !g_str_has_prefix(head, "key ")) ||
	    !g_ascii_string_to_unsigned(strchr(head, ' ') + 1, 10, 0,
	        left - (gsize)(end + 1 - line), &size, NULL))
		return FALSE;

	if (mail) {
		g_clear_pointer(&question->mail, g_bytes_unref);
		question->mail = g_bytes_new_static(end + 1, size);
	} else {
		g_ptr_array_add(
		    question->keys, g_bytes_new_static(end + 1, size));
	}
	*at += (gsize)(end + 1 - line) + size;
	return TRUE;
}

static gboolean
read_question(Question *question)
{
	gsize at = 0;

	read_all(question->bytes);
	while (at < question->bytes->len) {
		if (!take_block(question, &at))
			return FALSE;
	}
	return TRUE;
}

/* ---- the answer ---- */

static void
print_line(const char *word, const char *text)
{
	g_autofree char *safe = td_text_printable(text, TEXT_MAX);

	printf("%s %s\n", word, safe);
}

static gboolean
check_mail(const Question *question, const char *scratch, GError **error)
{
	g_autofree char *key = NULL;
	g_autofree char *digest = NULL;
	gint64 time = 0;
	gsize size;
	const char *raw = g_bytes_get_data(question->mail, &size);

	if (!td_message_verify(raw, size, question->keys, scratch, &key,
	        &digest, &time, error))
		return FALSE;
	if (key == NULL)
		return TRUE;
	print_line("key", key);
	print_line("digest", digest);
	printf("time %" G_GINT64_FORMAT "\n", time);
	return TRUE;
}

static gboolean
read_key(const Question *question, const char *scratch, GError **error)
{
	g_autofree char *key = NULL;
	g_autofree char *user = NULL;

	if (!td_message_read_key(g_ptr_array_index(question->keys, 0), scratch,
	        &key, &user, error))
		return FALSE;
	print_line("key", key);
	print_line("user", user);
	return TRUE;
}

int
td_daemon_verify(pid_t parent, gboolean of_a_key, TdSandboxUse sandbox)
{
	g_auto(Question) question = {
		.bytes = g_byte_array_new(),
		.keys = g_ptr_array_new_with_free_func(
		    (GDestroyNotify)g_bytes_unref),
	};
	g_autoptr(GError) error = NULL;
	gboolean done;

	td_privileges_begin(FALSE);
	if (!td_child_begin(parent, SECONDS_MAX, TRUE) || !set_limits())
		return EX_OSERR;
	if (!td_sandbox_enter_child(TD_CAGE_VERIFIER, g_get_tmp_dir(), sandbox))
		return EX_OSERR;
	if (!read_question(&question) ||
	    (of_a_key ? question.keys->len != 1 : question.mail == NULL)) {
		fprintf(stderr,
		    "ticketd: --verify is for ticketd itself: it reads a "
		    "question from its parent\n");
		return EX_USAGE;
	}

	td_message_init();
	done = of_a_key ? read_key(&question, g_get_tmp_dir(), &error)
	                : check_mail(&question, g_get_tmp_dir(), &error);
	if (!done)
		print_line(g_error_matches(error, TD_ERROR, TD_ERROR_USAGE)
		        ? "usage"
		        : "error",
		    error->message);
	/* Killed next, so it does not wait in a buffer. */
	puts("end");
	fflush(stdout);
	return EX_OK;
}
