/* limits.c - see message/limits.h */

#include "config.h"

#include "message/limits.h"

static const char *const charsets[] = { "windows-1251", "koi8-r", "cp866",
	"iso-8859-1", NULL };

static TdMessageLimits current = {
	.depth = 100,
	.parts = 1000,
	.header = 1024 * 1024,
	.text = 1024 * 1024,
	.decoded = 32 * 1024 * 1024,
	.charsets = charsets,
};

const TdMessageLimits *
td_limits(void)
{
	return &current;
}

void
td_limits_set(const TdMessageLimits *limits)
{
	static GStrv copy = NULL;
	GStrv old = copy;

	current = *limits;
	copy = g_strdupv((GStrv)limits->charsets);
	current.charsets = (const char *const *)copy;
	g_strfreev(old);
}
