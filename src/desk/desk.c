/* desk.c - the rules of one desk: configuration, keys, templates */

#include "config.h"

#include "desk/desk-private.h"

TdDesk *
td_desk_new(const TdConf *conf, TdTxn *txn, GError **error)
{
	g_autoptr(TdDesk) desk = g_new0(TdDesk, 1);

	g_atomic_ref_count_init(&desk->refs);
	desk->conf = conf;
	td_doors_build(desk);
	desk->templates = td_templates_load(conf->templates, error);
	if (desk->templates == NULL)
		return NULL;
	desk->keys = td_keys_read(txn, error);
	if (desk->keys == NULL)
		return NULL;
	return g_steal_pointer(&desk);
}

TdDesk *
td_desk_ref(TdDesk *desk)
{
	g_atomic_ref_count_inc(&desk->refs);
	return desk;
}

void
td_desk_unref(TdDesk *desk)
{
	if (desk == NULL || !g_atomic_ref_count_dec(&desk->refs))
		return;

	td_keys_free(desk->keys);
	td_templates_free(desk->templates);
	g_clear_pointer(&desk->doors, g_ptr_array_unref);
	g_free(desk);
}

const TdConf *
td_desk_conf(const TdDesk *desk)
{
	return desk->conf;
}

gboolean
td_desk_rotate_key(TdTxn *txn, guint *version, GError **error)
{
	return td_keys_add(txn, version, error);
}

char *
td_desk_thread_address(const TdDesk *desk, const TdQueue *queue, guint64 number)
{
	g_autofree char *token = NULL;
	g_autofree char *extension = NULL;

	token = td_token_make(desk->keys, TD_TOKEN_REPLY, number, 0);
	extension = g_strdup_printf("%" G_GUINT64_FORMAT "-t%s", number, token);
	return td_desk_extended(desk, queue, extension);
}

gboolean
td_desk_check_templates(const TdConf *conf, GError **error)
{
	g_autoptr(TdTemplates) templates = NULL;

	templates = td_templates_load(conf->templates, error);
	return templates != NULL;
}
