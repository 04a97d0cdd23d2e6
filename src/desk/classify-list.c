/* classify-list.c - mail that went to many */

#include "config.h"

#include <string.h>

#include "desk/classify-private.h"

/* Fields by which a list tells which one it is. */
static const char *const identities[] = { "List-Id", "List-Post", "X-BeenThere",
	"Mailing-List" };

/* Whether @value names a transparent list, by its address or List-Id, which is
 * made of the address as a rule. */
static gboolean
names_list(const TdCase *mail, const char *value)
{
	GStrv names = mail->desk->conf->transparent_lists;
	g_auto(GStrv) ids = NULL;

	if (td_case_names(value, names))
		return TRUE;
	ids = g_strdupv(names);
	for (guint i = 0; ids[i] != NULL; i++)
		g_strdelimit(ids[i], "@", '.');
	return td_case_names(value, ids);
}

/* Whether all fields called @name are of transparent lists; *@any becomes TRUE
 * if there is one. */
static gboolean
names_transparent(const TdCase *mail, const char *name, gboolean *any)
{
	const char *value;
	guint index = 0;
	gboolean all = TRUE;
	gboolean here = FALSE;

	while (all && (value = td_case_next(mail, name, &index)) != NULL) {
		here = TRUE;
		all = names_list(mail, value);
	}
	*any = *any || here;
	return here && all;
}

/* A mail that passed another list as well is that list's. */
gboolean
td_case_is_transparent(const TdCase *mail)
{
	gboolean any = FALSE;

	if (mail->desk->conf->transparent_lists[0] == NULL)
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(identities); i++)
		if (names_transparent(mail, identities[i], &any))
			return TRUE;
	if (any)
		return FALSE;
	return names_transparent(mail, "To", &any) ||
	    names_transparent(mail, "Cc", &any);
}

/* Rule 4: mailing lists.  List-Unsubscribe alone is no list: many firms add it
 * to ordinary mail. */
void
td_case_list(TdCase *mail)
{
	static const char *const fields[] = { "List-Id", "List-Post",
		"List-Help", "List-Owner", "List-Archive", "Mailing-List",
		"X-Mailman-Version", "X-BeenThere", "X-Mailing-List" };

	if (mail->transparent)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *value = td_case_header(mail, fields[i]);

		/* That a list passed it on says nothing of who wrote. */
		if (value != NULL)
			td_case_fire_value(mail,
			    td_case_has_bounce_words(mail) ? TD_CLASS_BOUNCE
			                                   : TD_CLASS_LIST,
			    4, fields[i], value);
	}
}

static void
look_at_precedence(TdCase *mail, const char *name, const char *value)
{
	static const char *const lists[] = { "bulk", "junk", "list", NULL };
	g_autofree char *keyword = td_case_keyword(value);

	if (strcmp(keyword, "auto_reply") == 0 ||
	    strcmp(keyword, "auto-reply") == 0)
		td_case_fire_value(mail, TD_CLASS_AUTO_REPLY, 5, name, value);
	else if (!mail->transparent && g_strv_contains(lists, keyword))
		td_case_fire_machine(mail, TD_CLASS_LIST, 5, name, value);
}

/* Rule 5: only these values of Precedence speak of a machine. */
void
td_case_precedence(TdCase *mail)
{
	static const char *const fields[] = { "Precedence", "X-Precedence" };

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *value;
		guint index = 0;

		while ((value = td_case_next(mail, fields[i], &index)) != NULL)
			look_at_precedence(mail, fields[i], value);
	}
}
