/* person.c - a person as a value */

#include "config.h"

#include <string.h>

#include "store/store-private.h"

static const char *const role_names[TD_ROLE_LAST + 1] = {
	[TD_ROLE_CUSTOMER] = "customer",
	[TD_ROLE_AGENT] = "agent",
	[TD_ROLE_LEAD] = "lead",
};

const char *
td_role_name(TdRole role)
{
	g_return_val_if_fail(role <= TD_ROLE_LAST, NULL);

	return role_names[role];
}

gboolean
td_role_from_name(const char *name, TdRole *role)
{
	guint i;

	for (i = 0; i <= TD_ROLE_LAST; i++)
		if (strcmp(role_names[i], name) == 0) {
			*role = i;
			return TRUE;
		}
	return FALSE;
}

TdPerson *
td_person_new(void)
{
	TdPerson *person = g_new0(TdPerson, 1);

	person->role = TD_ROLE_CUSTOMER;
	person->name = g_strdup("");
	person->full_name = g_strdup("");
	person->addresses = g_new0(char *, 1);
	person->language = g_strdup("");
	person->company = g_strdup("");
	person->office = g_strdup("");
	person->phone = g_strdup("");
	person->equipment = g_strdup("");
	person->queues = g_new0(char *, 1);
	person->keys = g_new0(char *, 1);
	person->deputy = g_strdup("");
	person->skills = g_new0(char *, 1);
	person->calendar = g_strdup("");
	return person;
}

void
td_person_free(TdPerson *person)
{
	if (person == NULL)
		return;

	g_free(person->name);
	g_free(person->full_name);
	g_strfreev(person->addresses);
	g_free(person->language);
	g_free(person->company);
	g_free(person->office);
	g_free(person->phone);
	g_free(person->equipment);
	g_strfreev(person->queues);
	g_strfreev(person->keys);
	g_free(person->deputy);
	g_strfreev(person->skills);
	g_free(person->calendar);
	g_free(person);
}

TdPerson *
td_person_copy(const TdPerson *person)
{
	TdPerson *copy = g_memdup2(person, sizeof(*person));

	copy->name = g_strdup(person->name);
	copy->full_name = g_strdup(person->full_name);
	copy->addresses = g_strdupv(person->addresses);
	copy->language = g_strdup(person->language);
	copy->company = g_strdup(person->company);
	copy->office = g_strdup(person->office);
	copy->phone = g_strdup(person->phone);
	copy->equipment = g_strdup(person->equipment);
	copy->queues = g_strdupv(person->queues);
	copy->keys = g_strdupv(person->keys);
	copy->deputy = g_strdup(person->deputy);
	copy->skills = g_strdupv(person->skills);
	copy->calendar = g_strdup(person->calendar);
	return copy;
}

/* Who was removed is nobody any more: a token of his must open nothing. */
gboolean
td_person_is_agent(const TdPerson *person)
{
	return !person->removed && person->role >= TD_ROLE_AGENT;
}

gboolean
td_person_has_address(const TdPerson *person, const char *address)
{
	return !person->removed && *address != '\0' &&
	    g_strv_contains((const char *const *)person->addresses, address);
}

gboolean
td_person_has_queue(const TdPerson *person, const char *queue)
{
	return td_person_is_agent(person) &&
	    (person->queues[0] == NULL ||
	        g_strv_contains((const char *const *)person->queues, queue));
}
