/* poison.c - a library preloaded in a test: three mails that are poison
 *
 * Built by `gcc -shared -fPIC -O2 -o poison.so poison.c -ldl` and put into
 * LD_PRELOAD of ticketd, it gives the parser faults that it has not: while it
 * reads a part whose Content-Transfer-Encoding is
 *
 *	x-crash    it writes where nothing may be written
 *	x-hang     it never comes to an end
 *	x-eat      it takes all memory that it can get
 *
 * GMime's name for it is all that is known of the program here. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

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
	return real(text);
}
