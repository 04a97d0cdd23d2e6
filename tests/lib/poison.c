/* poison.c - a library preloaded in a test: mails that are poison
 *
 * Built by `gcc -shared -fPIC -O2 -o poison.so poison.c -ldl` and put into
 * LD_PRELOAD of ticketd, it gives the parser faults that it has not: while it
 * reads a part whose Content-Transfer-Encoding is
 *
 *	x-crash    it writes where nothing may be written
 *	x-hang     it never comes to an end
 *	x-eat      it takes all memory that it can get
 *	x-sleep    it waits for ever and does nothing
 *
 * and the thread that writes, too: where it copies a text that begins with "At
 * the writer, " in the midst of a mail it crashes.  As long as there is a file
 * of the name in POISON_HOLD no flush of the disk ends.
 *
 * GMime's name for the encoding, GLib's for a copy and the name of the thread
 * are all that is known of the program here. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

char *g_strdup(const char *text);
int g_mime_content_encoding_from_string(const char *text);

static void
crash(void)
{
	volatile char *nowhere = NULL;

	*nowhere = 0;
}

static void
hang(void)
{
	volatile unsigned long turns = 0;

	for (;;)
		turns++;
}

/* What asks for memory in vain gives up by itself, as GLib does. */
static void
eat(void)
{
	while (malloc(64 * 1024 * 1024) != NULL)
		continue;
	abort();
}

static void
doze(void)
{
	for (;;)
		pause();
}

static int
is_writer(void)
{
	char name[16] = "";

	return prctl(PR_GET_NAME, name, 0, 0, 0) == 0 &&
	    strcmp(name, "writer") == 0;
}

/* Memory of GLib's is the C library's. */
char *
g_strdup(const char *text)
{
	static const char trigger[] = "At the writer, ";

	if (text == NULL)
		return NULL;
	if (strncmp(text, trigger, sizeof(trigger) - 1) == 0 && is_writer())
		crash();
	return strdup(text);
}

int
fdatasync(int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
	const char *hold = getenv("POISON_HOLD");

	while (hold != NULL && access(hold, F_OK) == 0)
		usleep(10000);
	return real(fd);
}

int
g_mime_content_encoding_from_string(const char *text)
{
	int (*real)(const char *) = (int (*)(const char *))dlsym(
	    RTLD_NEXT, "g_mime_content_encoding_from_string");

	if (strcmp(text, "x-crash") == 0)
		crash();
	if (strcmp(text, "x-hang") == 0)
		hang();
	if (strcmp(text, "x-eat") == 0)
		eat();
	if (strcmp(text, "x-sleep") == 0)
		doze();
	return real(text);
}
