/* difference.c - in what two records of a ticket differ, for people */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

/* Members that are easily named; of others it is said that they are lists. */
static const struct {
	const char *name;
	gsize offset;
	gsize size; /* 0: a text */
} members[] = {
#define NUMBER(name)                                                           \
	{                                                                      \
#name, G_STRUCT_OFFSET(TdTicket, name),                        \
		    sizeof(((TdTicket *)0)->name)                              \
	}
#define TEXT(name)                                                             \
	{                                                                      \
#name, G_STRUCT_OFFSET(TdTicket, name), 0                      \
	}
	NUMBER(status),
	NUMBER(priority),
	TEXT(queue),
	TEXT(owner),
	TEXT(requester),
	TEXT(requester_name),
	TEXT(subject),
	TEXT(language),
	TEXT(type),
	NUMBER(spam),
	NUMBER(created),
	NUMBER(updated),
	NUMBER(due),
	NUMBER(deadline),
	NUMBER(breached),
	NUMBER(messages),
	NUMBER(merged_into),
	NUMBER(state),
	NUMBER(until),
	NUMBER(timer),
	NUMBER(urgency),
	NUMBER(impact),
	NUMBER(rating),
	NUMBER(minutes),
	NUMBER(answered),
	NUMBER(reopened),
	NUMBER(returned),
	NUMBER(asked),
	NUMBER(purged),
};

static gboolean
is_same(const TdTicket *a, const TdTicket *b, guint i)
{
	gsize at = members[i].offset;

	if (members[i].size == 0)
		return strcmp(G_STRUCT_MEMBER(char *, a, at),
		           G_STRUCT_MEMBER(char *, b, at)) == 0;
	return memcmp(G_STRUCT_MEMBER_P(a, at), G_STRUCT_MEMBER_P(b, at),
	           members[i].size) == 0;
}

char *
td_ticket_difference(const TdTicket *a, const TdTicket *b)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(members); i++)
		if (!is_same(a, b, i))
			g_string_append_printf(names, "%s%s",
			    names->len == 0 ? "" : ", ", members[i].name);
	if (names->len == 0)
		g_string_append(names, "lists, fields or clocks");
	return g_string_free(g_steal_pointer(&names), FALSE);
}
