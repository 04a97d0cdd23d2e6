/* erase-look.c - what of somebody is on a ticket, and what is to become of it
 *
 * Everything is read twice: first his names and the subjects that he gave, so
 * that they are found wherever they stand, then the texts.  Each message is
 * read in a turn of its own and looked at when the gate is open again. */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>

#include "desk/erase.h"

typedef struct {
	TdStore *store;
	TdErased *erased; /* a copy: with the names that the ticket tells */
	TdTicket *ticket;
	GPtrArray *page;    /* of TdEvent: all there are, if they are few */
	GPtrArray *secrets; /* of char *, in the end NULL: texts of his */
	GPtrArray *values;  /* likewise: "FIELD=VALUE" */
	GHashTable *own;    /* of guint64 *: sequences of messages he wrote */
	GHashTable *caused; /* likewise: that a mail of his caused */
	GHashTable *vouch;  /* sequence -> TdEvent that has what vouches for
	                     * the message as it will be */
	TdErasePlan *plan;
} Look;

static gboolean
read_place(const char *text, TdPlace *place)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", 3);

	return g_strv_length(parts) == 2 &&
	    g_ascii_string_to_unsigned(
	        parts[0], 10, 0, G_MAXINT64, &place->ticket, NULL) &&
	    g_ascii_string_to_unsigned(
	        parts[1], 10, 1, G_MAXINT64, &place->sequence, NULL);
}

static TdErased *
copy_erased(const TdErased *erased)
{
	TdErased *copy = g_new0(TdErased, 1);

	*copy = *erased;
	copy->addresses = g_strdupv(erased->addresses);
	copy->names = g_strdupv(erased->names);
	copy->alias = g_strdup(erased->alias);
	return copy;
}

static GHashTable *
new_set(void)
{
	return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
add(GHashTable *set, guint64 number)
{
	g_hash_table_add(set, g_memdup2(&number, sizeof(number)));
}

static void
clear_look(Look *look)
{
	td_erased_free(look->erased);
	td_ticket_free(look->ticket);
	g_clear_pointer(&look->page, g_ptr_array_unref);
	g_clear_pointer(&look->secrets, g_ptr_array_unref);
	g_clear_pointer(&look->values, g_ptr_array_unref);
	g_clear_pointer(&look->own, g_hash_table_unref);
	g_clear_pointer(&look->caused, g_hash_table_unref);
	g_clear_pointer(&look->vouch, g_hash_table_unref);
	td_erase_plan_free(look->plan);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, clear_look)

static void
free_event(gpointer event)
{
	td_event_free(event);
}

static void
init_look(Look *look, TdStore *store, const TdErased *erased, guint64 number)
{
	*look = (Look){
		.store = store,
		.erased = copy_erased(erased),
		.secrets = g_ptr_array_new_with_free_func(g_free),
		.values = g_ptr_array_new_with_free_func(g_free),
		.own = new_set(),
		.caused = new_set(),
		.vouch = g_hash_table_new_full(
		    g_int64_hash, g_int64_equal, g_free, free_event),
		.plan = g_new0(TdErasePlan, 1),
	};
	look->plan->number = number;
	look->plan->events = g_ptr_array_new_with_free_func(free_event);
	look->plan->messages = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_filed_free);
	look->plan->emptied = g_array_new(FALSE, FALSE, sizeof(guint64));
	look->plan->named = g_array_new(FALSE, FALSE, sizeof(guint64));
}

/* ---- reading ---- */

static gboolean
read_ticket(Look *look, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(look->store);

	return td_ticket_get(txn, look->plan->number, &look->ticket, error);
}

typedef gboolean (*EventFunc)(Look *look, const TdEvent *event, GError **error);

static gboolean
read_page(Look *look, guint64 after, GPtrArray **page, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(look->store);

	return td_event_list(
	    txn, look->plan->number, after, TD_READ_MAX, page, error);
}

/* Calls @take for each event of the ticket. */
static gboolean
each_event(Look *look, EventFunc take, GError **error)
{
	guint64 after = 0;
	guint count;

	do {
		g_autoptr(GPtrArray) page = NULL;

		if (look->page != NULL)
			page = g_ptr_array_ref(look->page);
		else if (!read_page(look, after, &page, error))
			return FALSE;
		count = page->len;
		if (after == 0 && count < TD_READ_MAX && look->page == NULL)
			look->page = g_ptr_array_ref(page);
		for (guint i = 0; i < count; i++) {
			const TdEvent *event = g_ptr_array_index(page, i);

			after = event->sequence;
			if (!take(look, event, error))
				return FALSE;
		}
	} while (count == TD_READ_MAX);
	return TRUE;
}

/* The message, and its bytes unless @raw is NULL; none if it is damaged. */
static gboolean
read_message(TdStore *store, const TdPlace *place, TdFiled **filed,
    GBytes **raw, GError **error)
{
	g_autoptr(TdTxn) txn = td_txn_read(store);
	GError *problem = NULL;

	*filed = NULL;
	if (td_filed_get(
	        txn, place->ticket, place->sequence, filed, raw, &problem))
		return TRUE;
	if (!g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN)) {
		g_propagate_error(error, problem);
		return FALSE;
	}
	g_error_free(problem);
	return TRUE;
}

/* ---- what is known before the texts are looked at ---- */

static void
add_secret(Look *look, const char *text)
{
	if (strlen(text) >= TD_SECRET_MIN && strcmp(text, TD_ERASED_TEXT) != 0)
		g_ptr_array_add(look->secrets, g_strdup(text));
}

/* What he told of the ticket's matter. */
static void
add_value(Look *look, const TdEvent *event)
{
	const char *value = td_event_get(event, "value");

	if (*value == '\0')
		return;
	add_secret(look, value);
	g_ptr_array_add(look->values,
	    g_strconcat(td_event_get(event, "field"), "=", value, NULL));
}

/* Whose ticket it is, and what it was called. */
static void
learn_created(Look *look, const TdEvent *event)
{
	const char *key = event->kind == TD_EVENT_CREATED ? "requester" : "to";
	const char *name = event->kind == TD_EVENT_CREATED ? "requester_name"
	                                                   : "name";

	if (!td_erase_is_him(look->erased, td_event_get(event, key)))
		return;
	look->plan->his = TRUE;
	td_erase_add_name(look->erased, td_event_get(event, name));
	add_secret(look, td_event_get(event, "subject"));
}

/* EventFunc */
static gboolean
learn_event(Look *look, const TdEvent *event, GError **error G_GNUC_UNUSED)
{
	if (event->kind == TD_EVENT_CREATED ||
	    event->kind == TD_EVENT_REQUESTER)
		learn_created(look, event);
	if (event->kind == TD_EVENT_PARTICIPANT &&
	    td_erase_is_him(look->erased, td_event_get(event, "add")))
		td_erase_add_name(look->erased, td_event_get(event, "name"));
	return TRUE;
}

static gboolean
learn_events(Look *look, GError **error)
{
	if (!each_event(look, learn_event, error))
		return FALSE;
	if (td_erase_is_him(look->erased, look->ticket->requester))
		look->plan->his = TRUE;
	return TRUE;
}

static gboolean
wrote(const TdErased *erased, const TdFiled *filed)
{
	return filed != NULL && !filed->outgoing &&
	    (td_erase_is_him(erased, filed->from) ||
	        td_erase_is_him(erased, filed->sender));
}

static gboolean
learn_messages(Look *look, GError **error)
{
	for (guint64 i = 1; i <= look->ticket->messages; i++) {
		const TdPlace place = { look->plan->number, i };
		g_autoptr(TdFiled) filed = NULL;

		if (!read_message(look->store, &place, &filed, NULL, error))
			return FALSE;
		if (!wrote(look->erased, filed))
			continue;
		add(look->own, i);
		if (td_erase_is_him(look->erased, filed->from))
			td_erase_add_name(look->erased, filed->from_name);
	}
	return TRUE;
}

/* Whether the mail that @event came from is his. */
static gboolean
comes_from_him(
    const Look *look, const TdEvent *event, gboolean *his, GError **error)
{
	g_autoptr(TdFiled) filed = NULL;
	TdPlace place;

	*his = event->message != 0 &&
	    g_hash_table_contains(look->own, &event->message);
	if (*his || !read_place(td_event_get(event, "raw"), &place))
		return TRUE;
	if (place.ticket == look->plan->number) {
		*his = g_hash_table_contains(look->own, &place.sequence);
		return TRUE;
	}
	if (!read_message(look->store, &place, &filed, NULL, error))
		return FALSE;
	*his = wrote(look->erased, filed);
	return TRUE;
}

/* EventFunc: which messages were written because of a mail of his, and what it
 * told of the ticket's matter. */
static gboolean
learn_cause(Look *look, const TdEvent *event, GError **error)
{
	gboolean his;

	if (event->message == 0)
		return TRUE;
	if (!comes_from_him(look, event, &his, error))
		return FALSE;
	if (his)
		add(look->caused, event->message);
	if (his && event->kind == TD_EVENT_TYPE)
		add_value(look, event);
	return TRUE;
}

/* ---- what becomes of the messages ---- */

static void
change_message(Look *look, TdFiled *becomes, GBytes *raw, gboolean emptied)
{
	TdEvent *vouch = td_event_new(
	    TD_EVENT_NOTE, becomes->ticket, becomes->received, NULL);
	gsize size = 0;
	const char *bytes = g_bytes_get_data(raw, &size);

	td_filed_vouch(
	    becomes, emptied ? "" : bytes, emptied ? 0 : size, vouch);
	g_hash_table_insert(look->vouch,
	    g_memdup2(&becomes->sequence, sizeof(becomes->sequence)), vouch);
	if (emptied)
		g_array_append_val(look->plan->emptied, becomes->sequence);
	g_ptr_array_add(look->plan->messages, becomes);
}

static void
take_message(Look *look, const TdFiled *filed, GBytes *raw)
{
	char *const *secrets = (char *const *)look->secrets->pdata;
	gboolean caused = g_hash_table_contains(look->caused, &filed->sequence);
	TdTraceOfHim trace = td_erase_judge(
	    look->erased, filed, raw, look->plan->his, caused);
	gboolean emptied = trace == TD_TRACE_OF_HIM_OWN ||
	    trace == TD_TRACE_OF_HIM_LETTER ||
	    (look->erased->whole && look->plan->his);
	TdFiled *becomes = td_erase_filed(
	    look->erased, secrets, filed, emptied);

	if (becomes != NULL)
		change_message(look, becomes, raw, emptied);
	if (!emptied && trace == TD_TRACE_OF_HIM_NAMED)
		g_array_append_val(look->plan->named, filed->sequence);
}

static gboolean
take_messages(Look *look, GError **error)
{
	for (guint64 i = 1; i <= look->ticket->messages; i++) {
		const TdPlace place = { look->plan->number, i };
		g_autoptr(TdFiled) filed = NULL;
		g_autoptr(GBytes) raw = NULL;

		if (!read_message(look->store, &place, &filed, &raw, error))
			return FALSE;
		if (filed != NULL)
			take_message(look, filed, raw);
	}
	return TRUE;
}

/* ---- what becomes of the events ---- */

/* The first event of a message vouches for it. */
static TdEvent *
vouch_anew(const Look *look, const TdEvent *event, TdEvent *becomes)
{
	const TdEvent *vouch = g_hash_table_lookup(
	    look->vouch, &event->message);

	if (vouch == NULL || *td_event_get(event, "sha256") == '\0')
		return becomes;
	if (becomes == NULL)
		becomes = td_erase_copy(event);
	td_event_set(becomes, "sha256", td_event_get(vouch, "sha256"));
	td_event_set(becomes, "noted", td_event_get(vouch, "noted"));
	return becomes;
}

/* EventFunc */
static gboolean
take_event(Look *look, const TdEvent *event, GError **error)
{
	const TdSecrets secrets = {
		.texts = (char *const *)look->secrets->pdata,
		.values = (char *const *)look->values->pdata,
	};
	gboolean all = look->erased->whole && look->plan->his;
	TdEvent *becomes;
	gboolean his;

	if (!comes_from_him(look, event, &his, error))
		return FALSE;
	becomes = td_erase_event(look->erased, &secrets, event, his || all);
	becomes = vouch_anew(look, event, becomes);
	if (becomes != NULL)
		g_ptr_array_add(look->plan->events, becomes);
	return TRUE;
}

gboolean
td_desk_erase_look(TdStore *store, const TdErased *erased, guint64 number,
    GHashTable *waiting, TdErasePlan **plan, GError **error)
{
	g_auto(Look) look = { 0 };

	*plan = NULL;
	init_look(&look, store, erased, number);
	look.plan->waiting = g_hash_table_contains(waiting, &number);
	if (!read_ticket(&look, error))
		return FALSE;
	if (look.ticket == NULL || look.ticket->purged != 0)
		return TRUE;
	if (!learn_events(&look, error) || !learn_messages(&look, error) ||
	    !each_event(&look, learn_cause, error))
		return FALSE;
	g_ptr_array_add(look.secrets, NULL);
	g_ptr_array_add(look.values, NULL);
	if (!take_messages(&look, error) ||
	    !each_event(&look, take_event, error))
		return FALSE;
	*plan = g_steal_pointer(&look.plan);
	return TRUE;
}
