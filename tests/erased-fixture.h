/* erased-fixture.h - Anna, who is to be forgotten */

#ifndef TICKETD_TESTS_ERASED_FIXTURE_H
#define TICKETD_TESTS_ERASED_FIXTURE_H

#include "desk/erase.h"

#define NOW G_GINT64_CONSTANT(1795305600)

static inline TdErased *
make_erased(void)
{
	static const char *const addresses[] = { "anna@example.com",
		"a.quokka@example.org", NULL };
	TdErased *erased = g_new0(TdErased, 1);

	erased->addresses = g_strdupv((GStrv)addresses);
	erased->names = g_new0(char *, 1);
	erased->alias = g_strdup("erased-7");
	td_erase_add_name(erased, "Anna Quokka");
	return erased;
}

#endif
