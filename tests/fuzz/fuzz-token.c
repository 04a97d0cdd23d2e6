/* fuzz-token.c - any text as an extension or Message-ID of ours
 *
 * A byte from 1 to 7 stands for a token that this desk made; what has none in
 * it is never good. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>
#include <ticketd/token.h>

#include "fuzz.h"

/* Made anew each time: no state is kept. */
static TdKeys *
make_keys(TdStore **store)
{
	g_autoptr(TdTxn) txn = NULL;
	TdKeys *keys;

	*store = td_store_open_memory(NULL);
	g_assert_nonnull(*store);
	txn = td_txn_begin(*store, NULL);
	g_assert_nonnull(txn);
	keys = td_keys_read(txn, NULL);
	g_assert_nonnull(keys);
	return keys;
}

static char *
make_token(const TdKeys *keys, char kind)
{
	switch (kind) {
	case 1:
		return td_token_thread(keys, 42);
	case 2:
		return td_token_bounce(keys, 42);
	case 3:
		return td_token_personal(keys, 42, 7, "priority-1");
	case 4:
		return td_token_action(keys, 42, 7, 3, "close", 1800000000);
	case 5:
		return td_token_confirm(keys, 42, 7, 9);
	case 6:
		return td_token_message_id(keys, "example.org", 42, 3);
	default:
		return td_token_envid(keys, 42, 3);
	}
}

/* Puts tokens in; says whether there were any. */
static gboolean
put_tokens(const TdKeys *keys, const char *text, GString *out)
{
	gboolean any = FALSE;

	for (; *text != '\0'; text++) {
		g_autofree char *token = NULL;

		if (*text < 1 || *text > 7) {
			g_string_append_c(out, *text);
			continue;
		}
		token = make_token(keys, *text);
		g_string_append(out, token);
		any = TRUE;
	}
	return any;
}

static void
check_read(const TdKeys *keys, const char *text, gboolean any)
{
	TdExtension extension = { 0 };
	TdPlace place = { 0 };

	if (td_token_read_extension(keys, text, &extension)) {
		g_assert_true(any || extension.kind == TD_TOKEN_ACTION);
		g_assert_cmpuint(strlen(extension.verb), <=, TD_TOKEN_VERB_MAX);
		g_assert_true(any ||
		    td_token_check_action(keys, &extension, 7, 3) ==
		        TD_TOKEN_BAD);
	}
	g_assert_true(any ||
	    td_token_read_message_id(keys, text, &place) == TD_TOKEN_BAD);
	g_assert_true(
	    any || td_token_read_envid(keys, text, &place) == TD_TOKEN_BAD);
	td_token_read_message_id(keys, text, &place);
	td_token_read_envid(keys, text, &place);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(TdKeys) keys = NULL;
	g_autoptr(GString) whole = g_string_new(NULL);
	g_autofree char *text = td_text_utf8((const char *)data, (gssize)size);
	g_autofree char *redacted = NULL;
	TdStore *store = NULL;
	gboolean any;

	keys = make_keys(&store);
	any = put_tokens(keys, text, whole);
	check_read(keys, whole->str, any);
	redacted = td_token_redact(whole->str, "support@example.org");
	fuzz_check_text(redacted);
	g_assert_false(td_token_leaks(redacted, strlen(redacted)));
	td_store_close(store);
	return 0;
}
