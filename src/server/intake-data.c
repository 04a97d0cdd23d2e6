/* intake-data.c - one mail on its way in: the plain data */

#include "config.h"

#include <ticketd/server.h>

static void
free_recipient(gpointer data)
{
	TdIntakeRecipient *recipient = data;

	g_free(recipient->recipient);
	g_free(recipient->original_recipient);
	g_free(recipient->rule);
	g_free(recipient->class_name);
	g_clear_error(&recipient->error);
	g_free(recipient);
}

TdIntake *
td_intake_new(void)
{
	TdIntake *intake = g_new0(TdIntake, 1);

	intake->recipients = g_ptr_array_new_with_free_func(free_recipient);
	return intake;
}

void
td_intake_free(TdIntake *intake)
{
	if (intake == NULL)
		return;

	g_free(intake->sender);
	g_free(intake->queue_id);
	g_free(intake->actor);
	g_ptr_array_unref(intake->recipients);
	g_clear_pointer(&intake->raw, g_bytes_unref);
	g_free(intake);
}

void
td_intake_add_recipient(
    TdIntake *intake, const char *recipient, const char *original)
{
	TdIntakeRecipient *added = g_new0(TdIntakeRecipient, 1);

	added->recipient = g_strdup(recipient);
	added->original_recipient = g_strdup(original);
	g_ptr_array_add(intake->recipients, added);
}
