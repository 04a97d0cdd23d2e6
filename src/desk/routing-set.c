/* routing-set.c - what rules and trusted senders say of a new ticket, one thing
 * at a time
 *
 * The texts may come out of a mail: what is taken is printable and short. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/routing.h"

/* As the commands for them have it. */
#define WORD_MAX 50
#define TAGS_MAX 50

#define VALUE_MAX 200
#define WATCHERS_MAX 20

void
td_routing_tell(TdSaying *saying, const char *format, ...)
{
	va_list arguments;

	if (saying->what->len > 0)
		g_string_append(saying->what, ", ");
	va_start(arguments, format);
	g_string_append_vprintf(saying->what, format, arguments);
	va_end(arguments);
}

/* Remembers who said @key, whom later ones take it from. */
static void
sign(TdSaying *saying, const char *kind, const char *name)
{
	TdRouting *routing = &saying->decision->routing;

	if (routing->by == NULL)
		routing->by = g_hash_table_new_full(
		    g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_replace(routing->by, g_strconcat(kind, " ", name, NULL),
	    g_strdup(saying->by));
}

static char *
clean(const char *text, gsize max)
{
	return g_strstrip(td_text_printable(text, max));
}

static void
put(char **to, const char *text)
{
	g_free(*to);
	*to = g_strdup(text);
}

/* Whether @list, made when there is none, got @text, which it may have already
 * but of which no more than @max go in. */
static gboolean
add(GPtrArray **list, const char *text, guint max)
{
	if (*list == NULL)
		*list = g_ptr_array_new_with_free_func(g_free);
	if (g_ptr_array_find_with_equal_func(*list, text, g_str_equal, NULL))
		return TRUE;
	if ((*list)->len >= max)
		return FALSE;
	g_ptr_array_add(*list, g_strdup(text));
	return TRUE;
}

/* The queue of that name, as people write it; NULL if there is none. */
static const TdQueue *
find_queue(const TdConf *conf, const char *text)
{
	g_autofree char *wanted = td_text_fold(text);

	for (guint i = 0; i < conf->queues->len; i++) {
		const TdQueue *queue = g_ptr_array_index(conf->queues, i);
		g_autofree char *name = td_text_fold(queue->name);

		if (strcmp(name, wanted) == 0)
			return queue;
	}
	return NULL;
}

void
td_routing_set_queue(TdSaying *saying, const char *text)
{
	TdDecision *decision = saying->decision;
	g_autofree char *name = clean(text, WORD_MAX);
	const TdQueue *queue = find_queue(decision->desk->conf, name);

	if (queue == NULL) {
		td_routing_tell(saying, "no queue \"%s\"", name);
		return;
	}
	td_routing_tell(saying, "queue %s", queue->name);
	if (decision->routing.home == NULL)
		decision->routing.home = decision->queue;
	/* Who is not known reads the language of the queue. */
	if (decision->who.language == decision->queue->language)
		decision->who.language = queue->language;
	decision->queue = queue;
	put(&decision->plan->queue, queue->name);
}

void
td_routing_set_grade(TdSaying *saying, const char *what, guint grade)
{
	TdRouting *routing = &saying->decision->routing;

	if (strcmp(what, "urgency") == 0)
		routing->urgency = grade;
	else if (strcmp(what, "impact") == 0)
		routing->impact = grade;
	else
		routing->priority = grade;
	sign(saying, "priority", "");
	td_routing_tell(saying, "%s %u", what, grade);
}

void
td_routing_set_type(TdSaying *saying, const char *text)
{
	const GPtrArray *types = saying->decision->desk->conf->types;
	g_autofree char *type = clean(text, WORD_MAX);
	g_autofree char *folded = td_text_fold(type);

	if (*type == '\0') {
		td_routing_tell(saying, "no type");
		return;
	}
	for (guint i = 0; i < types->len; i++) {
		const TdTicketType *each = g_ptr_array_index(types, i);
		g_autofree char *name = td_text_fold(each->name);

		if (strcmp(name, folded) == 0)
			put(&type, each->name);
	}
	put(&saying->decision->routing.type, type);
	sign(saying, "type", "");
	td_routing_tell(saying, "type %s", type);
}

/* A tag as the command tag reads it. */
static char *
read_tag(const char *text)
{
	g_autofree char *bare = clean(text, WORD_MAX);
	char *tag = td_text_fold(bare + strspn(bare, "#+-="));

	return g_strdelimit(tag, " @&,;", '-');
}

void
td_routing_add_tag(TdSaying *saying, const char *text)
{
	g_autofree char *tag = read_tag(text);

	if (*tag == '\0' ||
	    !add(&saying->decision->routing.tags, tag, TAGS_MAX)) {
		td_routing_tell(saying, "no tag \"%s\"", tag);
		return;
	}
	sign(saying, "tag", tag);
	td_routing_tell(saying, "tag %s", tag);
}

/* ---- fields ---- */

static void
free_field(gpointer data)
{
	TdField *field = data;

	g_free(field->name);
	g_free(field->value);
	g_free(field);
}

/* The field of that name, as people write it, among those there are; the
 * caller's, NULL if there is none. */
static char *
find_field(const TdConf *conf, const char *text)
{
	static const char *const given[] = { TD_FIELD_SERVICE,
		TD_FIELD_EQUIPMENT };
	g_autofree char *wanted = td_text_fold(text);

	for (guint i = 0; i < G_N_ELEMENTS(given); i++)
		if (strcmp(given[i], wanted) == 0)
			return g_strdup(given[i]);
	for (guint i = 0; i < conf->fields->len; i++) {
		const TdFieldKind *kind = g_ptr_array_index(conf->fields, i);
		g_autofree char *name = td_text_fold(kind->name);

		if (strcmp(name, wanted) == 0)
			return g_strdup(kind->name);
	}
	return NULL;
}

/* @value as [field @name] has it; the caller's, NULL if it may not be that. */
static char *
find_value(const TdConf *conf, const char *name, const char *value)
{
	const TdFieldKind *kind = td_conf_field(conf, name);
	g_autofree char *wanted = td_text_fold(value);

	if (*value == '\0')
		return NULL;
	if (kind == NULL || kind->values[0] == NULL)
		return g_strdup(value);
	for (guint i = 0; kind->values[i] != NULL; i++) {
		g_autofree char *each = td_text_fold(kind->values[i]);

		if (strcmp(each, wanted) == 0)
			return g_strdup(kind->values[i]);
	}
	return NULL;
}

static void
put_field(TdRouting *routing, const char *name, const char *value)
{
	TdField *field;

	if (routing->fields == NULL)
		routing->fields = g_ptr_array_new_with_free_func(free_field);
	for (guint i = 0; i < routing->fields->len; i++) {
		field = g_ptr_array_index(routing->fields, i);
		if (strcmp(field->name, name) == 0) {
			put(&field->value, value);
			return;
		}
	}
	field = g_new(TdField, 1);
	field->name = g_strdup(name);
	field->value = g_strdup(value);
	g_ptr_array_add(routing->fields, field);
}

void
td_routing_set_field(TdSaying *saying, const char *name, const char *text)
{
	const TdConf *conf = saying->decision->desk->conf;
	g_autofree char *shown = clean(name, WORD_MAX);
	g_autofree char *field = find_field(conf, shown);
	g_autofree char *written = clean(text, VALUE_MAX);
	g_autofree char *value = NULL;

	if (field == NULL) {
		td_routing_tell(saying, "no field \"%s\"", shown);
		return;
	}
	value = find_value(conf, field, written);
	if (value == NULL) {
		td_routing_tell(
		    saying, "field %s cannot be \"%s\"", field, written);
		return;
	}
	put_field(&saying->decision->routing, field, value);
	sign(saying, "field", field);
	td_routing_tell(saying, "field %s: %s", field, value);
}

/* ---- agents ---- */

/* The agent that @text names; NULL, and told, if none does or several. */
static gboolean
find_agent(TdSaying *saying, const char *text, TdPerson **agent, GError **error)
{
	g_autofree char *name = clean(text, VALUE_MAX);
	gboolean several = FALSE;

	*agent = NULL;
	if (*name != '\0' &&
	    !td_person_find_agent(
	        saying->decision->txn, name, agent, &several, error))
		return FALSE;
	if (*agent == NULL)
		td_routing_tell(saying, "%s agent \"%s\"",
		    several ? "more than one" : "no", name);
	return TRUE;
}

gboolean
td_routing_set_owner(TdSaying *saying, const char *text, GError **error)
{
	g_autoptr(TdPerson) agent = NULL;

	if (!find_agent(saying, text, &agent, error))
		return FALSE;
	if (agent == NULL)
		return TRUE;
	/* Nobody may be waiting for a mail to be seen in some weeks. */
	if (agent->away > saying->decision->plan->now) {
		td_routing_tell(saying, "not to %s, who is away", agent->name);
		return TRUE;
	}
	put(&saying->decision->routing.owner, agent->name);
	sign(saying, "owner", "");
	td_routing_tell(saying, "owner %s", agent->name);
	return TRUE;
}

gboolean
td_routing_add_watcher(TdSaying *saying, const char *text, GError **error)
{
	TdDecision *decision = saying->decision;
	g_autofree char *name = clean(text, VALUE_MAX);
	const TdQueue *queue = find_queue(decision->desk->conf, name);
	g_autoptr(TdPerson) agent = NULL;

	if (queue == NULL && !find_agent(saying, name, &agent, error))
		return FALSE;
	if (queue == NULL && agent == NULL)
		return TRUE;
	put(&name, queue != NULL ? queue->name : agent->name);
	if (!add(&decision->routing.watch, name, WATCHERS_MAX)) {
		td_routing_tell(saying, "no more watchers");
		return TRUE;
	}
	sign(saying, "watch", name);
	td_routing_tell(saying, "watched by %s", name);
	return TRUE;
}
