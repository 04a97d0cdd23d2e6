/* enclosed.c - see message/enclosed.h */

#include "config.h"

#include "message/enclosed.h"

TdEnclosed *
td_enclosed_new(const char *name, const char *type, GBytes *bytes)
{
	TdEnclosed *enclosed = g_new0(TdEnclosed, 1);

	enclosed->name = g_strdup(name);
	enclosed->type = g_strdup(type);
	enclosed->bytes = bytes;
	return enclosed;
}

void
td_enclosed_free(gpointer data)
{
	TdEnclosed *enclosed = data;

	if (enclosed == NULL)
		return;

	g_free(enclosed->name);
	g_free(enclosed->type);
	g_free(enclosed->id);
	g_bytes_unref(enclosed->bytes);
	g_free(enclosed);
}
