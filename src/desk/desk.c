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
	desk->keys = td_keys_read(txn, error);
	if (desk->keys == NULL)
		return NULL;
	desk->letters = td_letters_new(conf, desk->keys, error);
	if (desk->letters == NULL)
		return NULL;
	desk->bans = td_bans_read(txn, error);
	if (desk->bans == NULL)
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

	td_bans_free(desk->bans);
	td_letters_free(desk->letters);
	td_keys_free(desk->keys);
	g_clear_pointer(&desk->doors, g_ptr_array_unref);
	g_free(desk);
}

const TdConf *
td_desk_conf(const TdDesk *desk)
{
	return desk->conf;
}

const TdLetters *
td_desk_letters(const TdDesk *desk)
{
	return desk->letters;
}

gboolean
td_desk_rotate_key(TdTxn *txn, guint *version, GError **error)
{
	return td_keys_add(txn, version, error);
}

gboolean
td_desk_raise_key(TdTxn *txn, guint64 number, guint *version, GError **error)
{
	return td_keys_raise(txn, number, version, error);
}

char *
td_desk_thread_address(const TdDesk *desk, const TdQueue *queue, guint64 number)
{
	return td_letters_address(
	    desk->letters, queue, td_token_thread(desk->keys, number));
}

gboolean
td_desk_check_templates(const TdConf *conf, GError **error)
{
	g_autoptr(TdLetters) letters = NULL;

	letters = td_letters_new(conf, NULL, error);
	return letters != NULL;
}

void
td_desk_limit_mail(const TdConf *conf)
{
	const TdMessageLimits limits = {
		.depth = conf->mail_depth,
		.parts = conf->mail_parts,
		.header = conf->mail_header,
		.text = conf->mail_text,
		.decoded = conf->mail_decoded,
		.charsets = (const char *const *)conf->mail_charsets,
	};

	td_message_set_limits(&limits);
}
