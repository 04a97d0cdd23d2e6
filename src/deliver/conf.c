/* conf.c - two keys of ticketd.conf
 *
 * GLib alone would double what it costs to start, so this reads the lines of a
 * GKeyFile once more, as the daemon's reader in src/base does: blanks at both
 * ends of a line and of a value do not count, and [desk] stands there once.
 * tests/data/conf holds files that both readers are tried on. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deliver/deliver.h"

#define DEFAULT_RUN "/run/ticketd"

/* No desk has a configuration of that size; a device file has. */
#define MAX_FILE (16 * 1024 * 1024)

typedef struct {
	const char *text; /* not terminated */
	size_t size;
} Span;

typedef struct {
	bool any_group; /* a group has begun */
	bool in_desk;   /* and it is [desk] */
	bool has_desk;
	bool has_run;
	bool has_fallback;
	TdDeliverConf conf;
} Reader;

/* As g_ascii_isspace(): no vertical tab. */
static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

static bool
span_is(Span span, const char *word)
{
	return span.size == strlen(word) &&
	    memcmp(span.text, word, span.size) == 0;
}

static Span
trim_start(Span span)
{
	while (span.size > 0 && is_space(span.text[0])) {
		span.text++;
		span.size--;
	}
	return span;
}

static Span
trim_end(Span span)
{
	while (span.size > 0 && is_space(span.text[span.size - 1]))
		span.size--;
	return span;
}

/* The bytes of a UTF-8 sequence that begins with @lead, and the bits of the
 * character that @lead holds; 0 if none does. */
static size_t
sequence_size(unsigned char lead, unsigned long *bits)
{
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	size_t size = lead < 0x80 ? 1
	    : lead < 0xc2         ? 0
	    : lead < 0xe0         ? 2
	    : lead < 0xf0         ? 3
	    : lead < 0xf5         ? 4
	                          : 0;

	*bits = lead & mask[size];
	return size;
}

/* UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing over U+10FFFF)
 * without NUL. */
static bool
is_text(Span span)
{
	static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	for (size_t i = 0; i < span.size;) {
		unsigned long c;
		size_t size = sequence_size((unsigned char)span.text[i], &c);

		if (size == 0 || size > span.size - i || span.text[i] == '\0')
			return false;
		for (size_t j = 1; j < size; j++) {
			unsigned char next = (unsigned char)span.text[i + j];

			if ((next & 0xc0) != 0x80)
				return false;
			c = c << 6 | (next & 0x3f);
		}
		if (c < least[size] || c > 0x10ffff ||
		    (c >= 0xd800 && c <= 0xdfff))
			return false;
		i += size;
	}
	return true;
}

/* The character that a backslash and @c stand for, 0 if none. */
static char
unescape(char c)
{
	switch (c) {
	case 's':
		return ' ';
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case '\\':
		return '\\';
	default:
		return 0;
	}
}

static bool
read_run(Reader *reader, Span value)
{
	char *run = reader->conf.run;
	size_t used = 0;

	if (reader->has_run)
		return false;
	reader->has_run = true;
	for (size_t i = 0; i < value.size; i++) {
		char c = value.text[i];

		if (c == '\\' && ++i == value.size)
			return false;
		if (c == '\\' && (c = unescape(value.text[i])) == 0)
			return false;
		if (is_control(c) || used + 1 == sizeof reader->conf.run)
			return false;
		run[used++] = c;
	}
	run[used] = '\0';
	return run[0] == '/';
}

static bool
read_fallback(Reader *reader, Span value)
{
	bool yes = span_is(value, "true") || span_is(value, "1");

	if (reader->has_fallback ||
	    (!yes && !span_is(value, "false") && !span_is(value, "0")))
		return false;
	reader->has_fallback = true;
	reader->conf.fallback = yes;
	return true;
}

/* "[desk]", with nothing behind. */
static bool
read_group(Reader *reader, Span line)
{
	if (line.size < 3 || line.text[line.size - 1] != ']')
		return false;
	line.text++;
	line.size -= 2;
	for (size_t i = 0; i < line.size; i++)
		if (line.text[i] == '[' || line.text[i] == ']' ||
		    is_control(line.text[i]))
			return false;
	reader->any_group = true;
	reader->in_desk = span_is(line, "desk");
	if (reader->in_desk && reader->has_desk)
		return false;
	reader->has_desk |= reader->in_desk;
	return true;
}

static bool
read_pair(Reader *reader, Span line)
{
	const char *equals = memchr(line.text, '=', line.size);
	Span key, value;

	if (equals == NULL || !reader->any_group)
		return false;
	key = (Span){ line.text, (size_t)(equals - line.text) };
	value = (Span){ equals + 1, line.size - key.size - 1 };
	key = trim_end(key);
	if (key.size == 0 || memchr(key.text, '[', key.size) != NULL ||
	    memchr(key.text, ']', key.size) != NULL)
		return false;
	if (!reader->in_desk)
		return true;
	value = trim_start(value);
	if (span_is(key, "run"))
		return read_run(reader, value);
	if (span_is(key, "deliver-fallback"))
		return read_fallback(reader, value);
	return true;
}

static bool
read_line(Reader *reader, Span line)
{
	line = trim_end(trim_start(line));
	if (line.size == 0 || line.text[0] == '#')
		return true;
	if (line.text[0] == '[')
		return read_group(reader, line);
	return read_pair(reader, line);
}

bool
td_deliver_conf_parse(const char *text, size_t size, TdDeliverConf *conf)
{
	Reader reader = { .conf = { .run = DEFAULT_RUN, .fallback = true } };

	if (!is_text((Span){ text, size }))
		return false;
	while (size > 0) {
		const char *end = memchr(text, '\n', size);
		size_t taken = end ? (size_t)(end + 1 - text) : size;
		Span line = { text, end ? taken - 1 : taken };

		if (!read_line(&reader, line))
			return false;
		text += taken;
		size -= taken;
	}
	*conf = reader.conf;
	return true;
}

/* Reads the file open at @fd whole; NULL with errno set.  The caller frees. */
static char *
read_whole(int fd, size_t *size)
{
	struct stat status;
	char *text;
	ssize_t count;

	if (fstat(fd, &status) < 0)
		return NULL;
	if (!S_ISREG(status.st_mode) || status.st_size > MAX_FILE) {
		errno = EINVAL;
		return NULL;
	}
	text = malloc((size_t)status.st_size + 1);
	if (text == NULL)
		return NULL;
	count = read(fd, text, (size_t)status.st_size);
	if (count < 0 || count != status.st_size) {
		if (count >= 0)
			errno = EBUSY;
		free(text);
		return NULL;
	}
	*size = (size_t)count;
	return text;
}

bool
td_deliver_conf_load(const char *path, TdDeliverConf *conf, TdVerdict *verdict)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size;
	char *text;
	bool good;

	if (fd < 0)
		return td_verdict_defer(
		    verdict, "4.3.5", "cannot open the configuration", errno);
	text = read_whole(fd, &size);
	if (text == NULL)
		td_verdict_defer(
		    verdict, "4.3.5", "cannot read the configuration", errno);
	close(fd);
	if (text == NULL)
		return false;
	good = td_deliver_conf_parse(text, size, conf);
	free(text);
	return good ||
	    td_verdict_defer(verdict, "4.3.5",
	        "the configuration is wrong; ticket check tells where", 0);
}
