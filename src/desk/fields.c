/* fields.c - what a ticket of its type must tell, and asking for it
 *
 * A customer is asked twice at most, and agents hear of his ticket as ever:
 * better a field too few than a matter that nobody sees. */

#include "config.h"

#include <string.h>

#include <ticketd/text.h>

#include "desk/fields.h"
#include "desk/policy.h"
#include "desk/talk-private.h"

#define ASKED_MAX 2

/* Lines of a mail that are looked at. */
#define LINES_MAX 1000

/* ---- which there are ---- */

static const char *const built_in[] = { TD_FIELD_SERVICE, TD_FIELD_EQUIPMENT };

GPtrArray *
td_field_names(const TdConf *conf)
{
	GPtrArray *names = g_ptr_array_new();

	for (gsize i = 0; i < G_N_ELEMENTS(built_in); i++)
		if (td_conf_field(conf, built_in[i]) == NULL)
			g_ptr_array_add(names, (gpointer)built_in[i]);
	for (guint i = 0; i < conf->fields->len; i++) {
		const TdFieldKind *kind = g_ptr_array_index(conf->fields, i);

		g_ptr_array_add(names, kind->name);
	}
	return names;
}

static GPtrArray *
list_required(const TdConf *conf, const TdTicket *ticket)
{
	const TdTicketType *type = td_conf_type(conf, ticket->type);
	GPtrArray *names = g_ptr_array_new();

	for (gsize i = 0; type != NULL && type->required[i] != NULL; i++)
		g_ptr_array_add(names, type->required[i]);
	return names;
}

GPtrArray *
td_ticket_lacks(const TdConf *conf, const TdTicket *ticket)
{
	g_autoptr(GPtrArray) required = list_required(conf, ticket);
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < required->len; i++) {
		char *name = g_ptr_array_index(required, i);

		if (*td_ticket_field(ticket, name) == '\0')
			g_ptr_array_add(names, name);
	}
	return names;
}

/* ---- what they are called ---- */

/* The first of @labels ("ru: Room") in @language, NULL if there is none. */
static const char *
find_label(GStrv labels, const char *language)
{
	gsize size = strcspn(language, "-_");

	for (gsize i = 0; labels[i] != NULL; i++) {
		const char *colon = strchr(labels[i], ':');

		if ((gsize)(colon - labels[i]) == size &&
		    g_ascii_strncasecmp(labels[i], language, size) == 0)
			return colon + 1 + strspn(colon + 1, " ");
	}
	return NULL;
}

char *
td_field_label(const TdDesk *desk, const char *language, const char *name)
{
	const TdFieldKind *kind = td_conf_field(desk->conf, name);
	const char *label = NULL;

	if (kind != NULL && kind->labels[0] != NULL) {
		label = find_label(kind->labels, language);
		if (label == NULL)
			label = find_label(kind->labels, "en");
	}
	if (label != NULL)
		return td_text_printable(label, 0);
	if (strcmp(name, TD_FIELD_SERVICE) == 0)
		return td_letters_say(
		    desk->letters, language, "field-service", NULL);
	if (strcmp(name, TD_FIELD_EQUIPMENT) == 0)
		return td_letters_say(
		    desk->letters, language, "field-equipment", NULL);
	return g_strdup(name);
}

char *
td_field_list(const TdDesk *desk, const char *language, const GPtrArray *names)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < names->len; i++) {
		g_autofree char *label = td_field_label(
		    desk, language, g_ptr_array_index(names, i));

		g_string_append_printf(list, "%s%s", i == 0 ? "" : ", ", label);
	}
	return g_string_free(g_steal_pointer(&list), FALSE);
}

/* What the customer is to fill in: "Service: (mail, network)" and the like. */
static char *
make_form(const TdDesk *desk, const char *language, const GPtrArray *names)
{
	g_autoptr(GString) form = g_string_new(NULL);

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		const TdFieldKind *kind = td_conf_field(desk->conf, name);
		g_autofree char *label = td_field_label(desk, language, name);

		g_string_append_printf(
		    form, "%s%s:", i == 0 ? "" : "\n", label);
		if (kind != NULL && kind->values[0] != NULL) {
			g_autofree char *values = g_strjoinv(
			    ", ", kind->values);

			g_string_append_printf(form, " (%s)", values);
		}
	}
	return g_string_free(g_steal_pointer(&form), FALSE);
}

/* ---- taking ---- */

void
td_field_set(
    TdDraft *draft, const TdTicket *ticket, const char *name, const char *value)
{
	g_autofree char *before = g_strdup(td_ticket_field(ticket, name));
	TdEvent *event = td_draft_add(draft, TD_EVENT_TYPE, ticket->number);

	td_event_set(event, "field", name);
	td_event_set(event, "value", value);
	if (*before != '\0')
		td_event_set(event, "field_from", before);
}

static gboolean
says_something(const char *text)
{
	for (; *text != '\0'; text = g_utf8_next_char(text))
		if (g_unichar_isalnum(g_utf8_get_char(text)))
			return TRUE;
	return FALSE;
}

/* Field @name becomes what a customer wrote, if it may. */
static gboolean
take(TdDecision *decision, guint64 number, const char *name, const char *text,
    gboolean *taken, GError **error)
{
	g_autofree char *value = td_field_value(
	    decision->desk->conf, name, text);
	const TdTicket *ticket;

	*taken = FALSE;
	/* "Room: ____" is the question, not the answer. */
	if (value == NULL || !says_something(value))
		return TRUE;
	ticket = td_draft_need(&decision->draft, number, error);
	if (ticket == NULL)
		return FALSE;
	*taken = *td_ticket_field(ticket, name) == '\0';
	if (*taken)
		td_field_set(&decision->draft, ticket, name, value);
	return TRUE;
}

/* Each line of @text that tells one of @names. */
static gboolean
take_lines(TdDecision *decision, guint64 number, const char *text,
    const GPtrArray *names, gboolean *taken, GError **error)
{
	g_autoptr(GHashTable) words = td_field_words(decision->desk, names);

	for (guint i = 0; i < LINES_MAX && *text != '\0'; i++) {
		gsize size = strcspn(text, "\n");
		g_autofree char *value = NULL;
		const char *name;
		gboolean one = FALSE;

		name = td_field_read_line(words, text, size, &value);
		if (name != NULL &&
		    !take(decision, number, name, value, &one, error))
			return FALSE;
		*taken = *taken || one;
		text += size;
		text += *text == '\n';
	}
	return TRUE;
}

/* What people know of somebody under the name of a field. */
static const char *
find_known(const TdPerson *person, const char *name)
{
	if (strcmp(name, TD_FIELD_EQUIPMENT) == 0)
		return person->equipment;
	if (strcmp(name, "phone") == 0)
		return person->phone;
	if (strcmp(name, "office") == 0)
		return person->office;
	if (strcmp(name, "company") == 0)
		return person->company;
	return "";
}

/* Nobody is asked for what the desk knows of him. */
static gboolean
take_known(TdDecision *decision, guint64 number, const GPtrArray *names,
    GError **error)
{
	g_autoptr(TdPerson) person = NULL;
	gboolean taken;

	if (*decision->customer != '\0' &&
	    !td_person_by_address(
	        decision->txn, decision->customer, &person, error))
		return FALSE;
	for (guint i = 0; person != NULL && i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);

		if (!take(decision, number, name, find_known(person, name),
		        &taken, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
td_fields_take(TdDecision *decision, guint64 number, const char *text,
    gboolean *taken, GError **error)
{
	const TdConf *conf = decision->desk->conf;
	g_autoptr(GPtrArray) names = NULL;
	const TdTicket *ticket;
	gboolean some = FALSE;

	ticket = td_draft_need(&decision->draft, number, error);
	if (ticket == NULL)
		return FALSE;
	names = td_ticket_lacks(conf, ticket);
	if (names->len > 0 && !decision->plan->marked &&
	    decision->plan->class.class != TD_CLASS_SPAM &&
	    !take_lines(decision, number, text, names, &some, error))
		return FALSE;
	if (names->len > 0 && TD_TICKET_IS_NEW(number) &&
	    !take_known(decision, number, names, error))
		return FALSE;
	if (taken != NULL)
		*taken = some;
	return TRUE;
}

gboolean
td_fields_are_told(const TdDecision *decision, const TdCommands *commands)
{
	g_autoptr(GPtrArray)
	    names = list_required(decision->desk->conf, decision->ticket);
	g_autoptr(GHashTable) words = NULL;
	gboolean told = FALSE;

	if (names->len == 0)
		return FALSE;
	words = td_field_words(decision->desk, names);
	for (guint i = 0; !told && i < commands->commands->len; i++) {
		const TdCommand *command = g_ptr_array_index(
		    commands->commands, i);
		g_autofree char *value = NULL;

		told = td_field_read_line(words, command->line,
		           strlen(command->line), &value) != NULL;
	}
	return told;
}

/* ---- asking ---- */

gboolean
td_fields_missing(TdDecision *decision, guint64 number, GError **error)
{
	const TdPlan *plan = decision->plan;
	g_autoptr(GPtrArray) names = NULL;
	const TdTicket *ticket;

	g_clear_pointer(&decision->missing, g_free);
	if (plan->class.class != TD_CLASS_HUMAN || plan->marked ||
	    strcmp(decision->customer, decision->from) != 0)
		return TRUE;
	ticket = td_draft_need(&decision->draft, number, error);
	if (ticket == NULL)
		return FALSE;
	names = td_ticket_lacks(decision->desk->conf, ticket);
	if (names->len > 0 && ticket->asked < ASKED_MAX)
		decision->missing = make_form(
		    decision->desk, decision->who.language, names);
	return TRUE;
}

gboolean
td_fields_ask_again(TdDecision *decision, GError **error)
{
	const TdTicket *ticket = decision->ticket;

	/* Once an agent has written, his is the question that waits. */
	if (ticket->asked == 0 || ticket->answered != 0 ||
	    ticket->status != TD_STATUS_WAITING)
		return TRUE;
	return td_fields_missing(decision, decision->plan->ticket, error);
}

/* An event that is the desk's own doing. */
static TdEvent *
add_own(TdDecision *decision, TdEventKind kind)
{
	TdEvent *event = td_draft_add(
	    &decision->draft, kind, decision->plan->ticket);

	g_free(event->actor);
	event->actor = g_strdup("desk");
	return event;
}

gboolean
td_fields_asked(TdDecision *decision, gboolean *asked, GError **error)
{
	const TdTicket *ticket;
	TdStatus before;
	TdEvent *event;

	*asked = decision->plan->acknowledge && decision->missing != NULL;
	if (!*asked)
		return TRUE;
	ticket = td_draft_need(&decision->draft, decision->plan->ticket, error);
	if (ticket == NULL)
		return FALSE;
	before = ticket->status;
	event = add_own(decision, TD_EVENT_TYPE);
	td_event_set_number(event, "asked", 1);
	td_event_set(event, "why", "fields are missing");
	if (before == TD_STATUS_WAITING)
		return TRUE;
	event = add_own(decision, TD_EVENT_STATUS);
	td_event_set(event, "from", td_status_name(before));
	td_event_set(event, "to", td_status_name(TD_STATUS_WAITING));
	td_event_set(event, "why", "fields are missing");
	return TRUE;
}

/* ---- telling ---- */

static void
add_warning(
    const TdDecision *decision, TdLetter *letter, const GPtrArray *names)
{
	const TdDesk *desk = decision->desk;
	gboolean asked = decision->plan->acknowledge &&
	    decision->missing != NULL;
	g_autofree char *fields = td_field_list(desk, letter->language, names);
	g_autofree char *line = td_letters_say(desk->letters, letter->language,
	    asked ? "notice-asked" : "notice-lacks", "fields", fields, NULL);
	g_autofree char *whole = letter->warning == NULL
	    ? g_strdup(line)
	    : g_strconcat(letter->warning, "\n", line, NULL);

	td_talk_set(&letter->warning, whole);
}

gboolean
td_fields_tell(TdDecision *decision, GError **error)
{
	const GPtrArray *letters = decision->plan->letters;
	guint64 number = decision->plan->ticket;
	g_autoptr(GPtrArray) names = NULL;
	const TdTicket *ticket;

	ticket = td_draft_need(&decision->draft, number, error);
	if (ticket == NULL)
		return FALSE;
	names = td_ticket_lacks(decision->desk->conf, ticket);
	for (guint i = 0; names->len > 0 && i < letters->len; i++) {
		TdLetter *letter = g_ptr_array_index(letters, i);

		if (letter->ticket == number &&
		    (letter->kind == TD_LETTER_NEW_TICKET ||
		        letter->kind == TD_LETTER_MESSAGE))
			add_warning(decision, letter, names);
	}
	return TRUE;
}
