/* request-people.c - see server/request-people.h */

#include "config.h"

#include <stddef.h>
#include <string.h>

#include <ticketd/address.h>
#include <ticketd/error.h>
#include <ticketd/text.h>

#include "server/request-people.h"

/* ---- checking words ---- */

char *
td_people_address(const TdPeopleRules *rules, const char *text, GError **error)
{
	const TdConf *conf = td_desk_conf(rules->desk);
	g_autofree char *folded = td_address_fold(text);

	if (folded == NULL) {
		td_fail(error, TD_ERROR_USAGE,
		    "\"%s\" is not a mail address; it should be like "
		    "anna@example.com",
		    text);
		return NULL;
	}
	if (td_desk_recipient(rules->desk, folded, NULL) ||
	    g_strv_contains((const char *const *)conf->own_aliases, folded)) {
		td_fail(error, TD_ERROR_REFUSED,
		    "%s is an address of this desk: its mail would come back "
		    "to it for ever; give the person's own",
		    folded);
		return NULL;
	}
	return g_steal_pointer(&folded);
}

char *
td_people_language(const TdPeopleRules *rules, const char *text, GError **error)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(text));
	g_autofree char *code = g_ascii_strdown(trimmed, -1);
	g_autofree char *known = NULL;

	if (*code == '\0' || g_str_equal(code, "none"))
		return g_strdup("");
	if (td_letters_speak(rules->letters, code))
		return g_steal_pointer(&code);

	known = td_letters_languages(rules->letters);
	td_fail(error, TD_ERROR_REFUSED,
	    "the desk does not speak the language \"%s\"; it speaks: %s",
	    trimmed, known);
	return NULL;
}

char *
td_people_text(const char *name, const char *text, GError **error)
{
	g_autofree char *flat = g_strdelimit(g_strdup(text), "\r\n", ' ');
	g_autofree char *line = td_text_printable(flat, 0);

	g_strstrip(line);
	if (strlen(line) <= TD_PEOPLE_TEXT_MAX)
		return g_steal_pointer(&line);
	td_fail(error, TD_ERROR_USAGE, "the %s is longer than %u bytes", name,
	    TD_PEOPLE_TEXT_MAX);
	return NULL;
}

/* ---- changing a person ---- */

void
td_people_note(GString *what, const char *name)
{
	if (strstr(what->str, name) == NULL)
		g_string_append_printf(
		    what, "%s%s", what->len == 0 ? "" : ", ", name);
}

void
td_people_set(char **field, const char *value, const char *name, GString *what)
{
	if (g_str_equal(*field, value))
		return;
	g_free(*field);
	*field = g_strdup(value);
	td_people_note(what, name);
}

static const char *
get_text(JsonObject *words, const char *name)
{
	JsonNode *node = json_object_get_member(words, name);

	if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
	    json_node_get_value_type(node) != G_TYPE_STRING)
		return NULL;
	return json_node_get_string(node);
}

gboolean
td_people_take_fields(const TdPeopleRules *rules, JsonObject *words,
    TdPerson *person, GString *what, GError **error)
{
	static const struct {
		const char *name;
		gsize offset;
	} fields[] = {
		{ "name", offsetof(TdPerson, name) },
		{ "company", offsetof(TdPerson, company) },
		{ "office", offsetof(TdPerson, office) },
		{ "phone", offsetof(TdPerson, phone) },
		{ "equipment", offsetof(TdPerson, equipment) },
		{ "language", offsetof(TdPerson, language) },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *text = get_text(words, fields[i].name);
		char **field = (char **)(void *)((char *)person +
		    fields[i].offset);
		g_autofree char *value = NULL;

		if (text == NULL ||
		    (g_str_equal(fields[i].name, "name") &&
		        td_person_is_agent(person)) ||
		    (rules->keep_empty &&
		        text[strspn(text, " \t\r\n")] == '\0'))
			continue;
		value = fields[i].offset == offsetof(TdPerson, language)
		    ? td_people_language(rules, text, error)
		    : td_people_text(fields[i].name, text, error);
		if (value == NULL)
			return FALSE;
		td_people_set(field, value, fields[i].name, what);
	}
	return TRUE;
}

/* ---- addresses ---- */

static const char *
address_at(JsonObject *words, const char *name, guint i)
{
	JsonNode *node = json_object_get_member(words, name);

	if (node == NULL || !JSON_NODE_HOLDS_ARRAY(node) ||
	    i >= json_array_get_length(json_node_get_array(node)))
		return NULL;
	return json_array_get_string_element(json_node_get_array(node), i);
}

void
td_people_add_address(TdPerson *person, const char *folded, GString *what)
{
	g_autoptr(GStrvBuilder) builder = NULL;

	if (td_person_has_address(person, folded))
		return;
	builder = g_strv_builder_new();
	g_strv_builder_addv(builder, (const char **)person->addresses);
	g_strv_builder_add(builder, folded);
	g_strfreev(person->addresses);
	person->addresses = g_strv_builder_end(builder);
	td_people_note(what, "addresses");
}

gboolean
td_people_add_addresses(const TdPeopleRules *rules, JsonObject *words,
    const char *name, TdPerson *person, GString *what, GError **error)
{
	const char *text;

	for (guint i = 0; (text = address_at(words, name, i)) != NULL; i++) {
		g_autofree char *folded = td_people_address(rules, text, error);

		if (folded == NULL)
			return FALSE;
		td_people_add_address(person, folded, what);
	}
	return TRUE;
}

static void
remove_address(TdPerson *person, const char *folded)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	for (gsize i = 0; person->addresses[i] != NULL; i++) {
		if (!g_str_equal(person->addresses[i], folded))
			g_strv_builder_add(builder, person->addresses[i]);
	}
	g_strfreev(person->addresses);
	person->addresses = g_strv_builder_end(builder);
}

gboolean
td_people_remove_addresses(JsonObject *words, const char *name,
    TdPerson *person, GString *what, GError **error)
{
	const char *text;

	for (guint i = 0; (text = address_at(words, name, i)) != NULL; i++) {
		g_autofree char *folded = td_address_fold(text);
		g_autofree char *all = g_strjoinv(", ", person->addresses);

		if (folded == NULL || !td_person_has_address(person, folded))
			return td_fail(error, TD_ERROR_REFUSED,
			    "%s has no address %s, but: %s",
			    td_people_called(person), text, all);
		if (g_strv_length(person->addresses) == 1)
			return td_fail(error, TD_ERROR_REFUSED,
			    "%s is the only address of %s; add another one "
			    "first, or remove the whole person",
			    folded, td_people_called(person));
		remove_address(person, folded);
		td_people_note(what, "addresses");
	}
	return TRUE;
}

/* ---- the record of the desk ---- */

gboolean
td_people_append(TdTxn *txn, TdEvent *event, GError **error)
{
	g_autoptr(TdTicket) record = NULL;

	if (!td_ticket_get(txn, TD_TICKET_DESK, &record, error))
		return FALSE;
	if (record == NULL)
		record = td_ticket_new(TD_TICKET_DESK);
	return td_event_append(txn, record, event, error) &&
	    td_ticket_put(txn, record, error);
}

gboolean
td_people_record(TdTxn *txn, const char *actor, const char *person,
    const char *what, gint64 now, GError **error)
{
	g_autoptr(TdEvent)
	    event = td_event_new(TD_EVENT_NOTE, TD_TICKET_DESK, now, actor);

	g_free(event->evidence);
	event->evidence = g_strdup("control");
	td_event_set(event, "person", person);
	td_event_set(event, "what", what);
	return td_people_append(txn, event, error);
}

const char *
td_people_called(const TdPerson *person)
{
	if (!td_person_is_agent(person) && person->addresses[0] != NULL)
		return person->addresses[0];
	return person->name;
}

/* ---- JSON ---- */

static void
set_agent(JsonObject *object, const TdPerson *person)
{
	td_json_set_text(object, "full_name", person->full_name);
	json_object_set_array_member(
	    object, "queues", td_json_texts(person->queues));
	json_object_set_array_member(
	    object, "keys", td_json_texts(person->keys));
	json_object_set_boolean_member(object, "echo", person->echo);
	td_json_set_time(object, "away", person->away);
	td_json_set_text(object, "deputy", person->deputy);
	json_object_set_array_member(
	    object, "skills", td_json_texts(person->skills));
	td_json_set_text(object, "calendar", person->calendar);
}

static void
set_customer(JsonObject *object, const TdPerson *person)
{
	td_json_set_text(object, "address", person->addresses[0]);
	td_json_set_text(object, "company", person->company);
	td_json_set_text(object, "office", person->office);
	td_json_set_text(object, "phone", person->phone);
	td_json_set_text(object, "equipment", person->equipment);
}

JsonObject *
td_json_person(const TdPerson *person)
{
	JsonObject *object = json_object_new();

	td_json_set_number(object, "id", person->id);
	json_object_set_string_member(
	    object, "role", td_role_name(person->role));
	json_object_set_string_member(object, "name", person->name);
	json_object_set_array_member(
	    object, "addresses", td_json_texts(person->addresses));
	td_json_set_text(object, "language", person->language);
	if (td_person_is_agent(person))
		set_agent(object, person);
	else
		set_customer(object, person);
	td_json_set_time(object, "created", person->created);
	td_json_set_time(object, "updated", person->updated);
	return object;
}
