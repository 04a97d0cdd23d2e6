/* play-fixture.c - see play-fixture.h */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "play-fixture.h"

#define MINUTE 60

/* Numbers above this are moments, not counts. */
#define MOMENT G_GINT64_CONSTANT(1000000000)

/* More ticks in one minute mean that the clock runs in a circle. */
#define TICKS_MAX 100

typedef struct {
	char *folder;
	TdConf *conf;
	TdStore *store;
	TdDesk *desk;
	GTimeZone *zone;
	gint64 now;
	gboolean down;
	guint count;   /* of mails, for their ids */
	GString *told; /* the result */
} Play;

/* Something that happens. */
typedef struct {
	gint64 time;
	char *act;
	GString *fields;
	GString *text;
} Scene;

static void
scene_free(Scene *scene)
{
	g_free(scene->act);
	g_string_free(scene->fields, TRUE);
	g_string_free(scene->text, TRUE);
	g_free(scene);
}

/* ---- reading ---- */

static gint64
read_time(Play *play, const char *line)
{
	int year, month, day, hour, minute;
	g_autoptr(GDateTime) time = NULL;

	if (sscanf(line, "%d-%d-%d %d:%d ", &year, &month, &day, &hour,
	        &minute) != 5)
		g_error("no time in \"%s\"", line);
	time = g_date_time_new(play->zone, year, month, day, hour, minute, 0);
	g_assert_nonnull(time);
	return g_date_time_to_unix(time);
}

static void
read_text(Scene *scene, const char *line)
{
	if (line[1] == '@')
		g_string_append_printf(scene->fields, "%s\n", line + 2);
	else
		g_string_append_printf(scene->text, "%s\n", line + 1);
}

static GPtrArray *
read_scenes(Play *play)
{
	GPtrArray *scenes = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)scene_free);
	g_autofree char *path = g_build_filename(play->folder, "play", NULL);
	g_autofree char *content = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) error = NULL;
	Scene *scene = NULL;

	g_file_get_contents(path, &content, NULL, &error);
	g_assert_no_error(error);
	lines = g_strsplit(content, "\n", 0);
	for (gsize i = 0; lines[i] != NULL; i++) {
		if (*lines[i] == '#' || *lines[i] == '\0')
			continue;
		if (*lines[i] == '\t') {
			g_assert_nonnull(scene);
			read_text(scene, lines[i]);
			continue;
		}
		scene = g_new0(Scene, 1);
		scene->time = read_time(play, lines[i]);
		scene->act = g_strdup(lines[i] + strlen("2026-03-23 09:05 "));
		scene->fields = g_string_new(NULL);
		scene->text = g_string_new(NULL);
		g_ptr_array_add(scenes, scene);
	}
	return scenes;
}

/* ---- telling ---- */

static char *
show_time(const Play *play, gint64 time, const char *format)
{
	g_autoptr(GDateTime) moment = g_date_time_new_from_unix_utc(time);
	g_autoptr(GDateTime)
	    local = g_date_time_to_timezone(moment, play->zone);

	return g_date_time_format(local, format);
}

static void
tell_when(Play *play, const char *what)
{
	g_autofree char *time = show_time(play, play->now, "%Y-%m-%d %a %H:%M");

	g_string_append_printf(play->told, "\n%s %s\n", time, what);
}

/* Details that are places or addresses: no two plays have the same. */
static gboolean
is_dull(const char *key)
{
	static const char *const dull[] = { "raw", "message_id", "digest",
		"sha256", "noted", "undone", NULL };

	return g_strv_contains(dull, key);
}

static char *
show_value(const Play *play, GVariant *value)
{
	if (g_variant_is_of_type(value, G_VARIANT_TYPE_UINT64)) {
		guint64 number = g_variant_get_uint64(value);

		if (number > (guint64)MOMENT && number < G_MAXINT64)
			return show_time(play, (gint64)number, "%m-%d %H:%M");
		return g_strdup_printf("%" G_GUINT64_FORMAT, number);
	}
	if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING)) {
		g_autofree char *text = g_variant_dup_string(value, NULL);

		/* One line each. */
		return g_strdup(g_strdelimit(text, "\n", '/'));
	}
	return g_variant_print(value, FALSE);
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
tell_event(Play *play, const TdEvent *event)
{
	g_autoptr(GPtrArray) pairs = g_ptr_array_new_with_free_func(g_free);
	GVariantIter iter;
	GVariant *value;
	char *key;

	g_variant_iter_init(&iter, td_event_detail(event));
	while (g_variant_iter_next(&iter, "{sv}", &key, &value)) {
		g_autofree char *shown = show_value(play, value);

		if (!is_dull(key))
			g_ptr_array_add(
			    pairs, g_strdup_printf(" %s=%s", key, shown));
		g_free(key);
		g_variant_unref(value);
	}
	g_ptr_array_sort(pairs, compare_texts);
	g_string_append_printf(play->told, "\t#%" G_GUINT64_FORMAT " %s by %s",
	    event->ticket, td_event_kind_name(event->kind), event->actor);
	for (guint i = 0; i < pairs->len; i++)
		g_string_append(play->told, g_ptr_array_index(pairs, i));
	g_string_append_c(play->told, '\n');
}

static void
tell_readers(Play *play, const char *word, const GPtrArray *readers)
{
	for (guint i = 0; readers != NULL && i < readers->len; i++) {
		const TdAddress *reader = g_ptr_array_index(readers, i);

		g_string_append_printf(
		    play->told, " %s %s", word, reader->address);
	}
}

/* Whether the desk wrote the text itself. */
static gboolean
is_own_text(TdLetterKind kind)
{
	return kind == TD_LETTER_MISSING || kind == TD_LETTER_DEADLINE ||
	    kind == TD_LETTER_ESCALATION || kind == TD_LETTER_DIGEST ||
	    kind == TD_LETTER_TRANSCRIPT || kind == TD_LETTER_CHANGED ||
	    kind == TD_LETTER_REMINDER || kind == TD_LETTER_MONITOR;
}

static void
tell_letter(Play *play, const TdLetter *letter)
{
	g_auto(GStrv) lines = NULL;

	g_string_append_printf(play->told, "\tmail #%" G_GUINT64_FORMAT " %s",
	    letter->ticket, td_letter_kind_name(letter->kind));
	tell_readers(play, "to", letter->to);
	tell_readers(play, "cc", letter->cc);
	if (letter->subject != NULL)
		g_string_append_printf(play->told, ": %s", letter->subject);
	g_string_append_c(play->told, '\n');
	if (letter->text == NULL || !is_own_text(letter->kind))
		return;
	lines = g_strsplit(letter->text, "\n", 0);
	for (gsize i = 0; lines[i] != NULL; i++)
		if (*lines[i] != '\0')
			g_string_append_printf(
			    play->told, "\t\t| %s\n", lines[i]);
}

static void
tell_plan(Play *play, const TdPlan *plan)
{
	for (guint i = 0; i < plan->rules->len; i++) {
		const TdFired *fired = g_ptr_array_index(plan->rules, i);

		g_string_append_printf(play->told, "\t%s: %s: %s\n",
		    fired->name, fired->why, fired->what);
	}
	for (guint i = 0; i < plan->events->len; i++)
		tell_event(play, g_ptr_array_index(plan->events, i));
	for (guint i = 0; i < plan->results->len; i++) {
		const TdResult *result = g_ptr_array_index(plan->results, i);

		g_string_append_printf(
		    play->told, "\t> %s: %s\n", result->line, result->text);
	}
	for (guint i = 0; i < plan->letters->len; i++)
		tell_letter(play, g_ptr_array_index(plan->letters, i));
}

/* ---- doing ---- */

/* Does what the plan says; @message, @envelope and @raw are NULL but for a
 * mail. */
static void
apply(Play *play, TdTxn *txn, TdPlan *plan, const TdMessage *message,
    const TdEnvelope *envelope, const char *raw)
{
	g_autoptr(GError) error = NULL;
	TdOutcome outcome;

	td_desk_apply(play->desk, txn, plan, message, envelope, raw,
	    raw == NULL ? 0 : strlen(raw), &outcome, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
	tell_plan(play, plan);
}

static TdTxn *
begin(Play *play)
{
	g_autoptr(GError) error = NULL;
	TdTxn *txn = td_txn_begin(play->store, &error);

	g_assert_no_error(error);
	return txn;
}

static void
file(Play *play, const char *from, const char *to, const char *raw)
{
	g_autoptr(TdMessage) message = td_message_parse(raw, strlen(raw));
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	const TdEnvelope envelope = {
		.sender = from, .recipient = to, .raw = bytes
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = begin(play);
	g_autoptr(TdPlan) plan = NULL;

	td_desk_decide(
	    play->desk, txn, message, &envelope, play->now, &plan, &error);
	g_assert_no_error(error);
	apply(play, txn, plan, message, &envelope, raw);
}

static void
do_mail(Play *play, const Scene *scene, const char *rest)
{
	g_auto(GStrv) words = g_strsplit(rest, " ", 3);
	g_autofree char *raw = NULL;

	g_assert_cmpuint(g_strv_length(words), ==, 3);
	g_assert_true(g_str_has_suffix(words[1], ":"));
	words[1][strlen(words[1]) - 1] = '\0';
	raw = g_strdup_printf("%sFrom: <%s>\nTo: <%s>\nSubject: %s\n"
	                      "Message-ID: <play-%u@play.example>\n"
	                      "Content-Type: text/plain; charset=utf-8\n\n%s",
	    scene->fields->str, words[0], words[1], words[2], ++play->count,
	    scene->text->str);
	file(play, words[0], words[1], raw);
}

/* The newest mail of ours about ticket @number that @reader got; the caller's.
 */
static TdMessage *
find_letter(Play *play, guint64 number, const char *reader)
{
	g_autoptr(TdTxn) txn = td_txn_read(play->store);
	g_autoptr(TdTicket) ticket = NULL;

	g_assert_true(td_ticket_get(txn, number, &ticket, NULL));
	g_assert_nonnull(ticket);
	for (guint64 i = ticket->messages; i > 0; i--) {
		g_autoptr(TdFiled) filed = NULL;
		g_autoptr(GBytes) raw = NULL;
		gsize size;
		const char *bytes;

		g_assert_true(td_filed_get(txn, number, i, &filed, &raw, NULL));
		if (filed == NULL || !filed->outgoing ||
		    strstr(filed->to, reader) == NULL)
			continue;
		bytes = g_bytes_get_data(raw, &size);
		return td_message_parse(bytes, size);
	}
	g_error("%s\n%s got no letter about #%" G_GUINT64_FORMAT,
	    play->told->str, reader, number);
	return NULL;
}

/* The number behind the '#' in @rest. */
static guint64
read_number(const char *rest)
{
	const char *mark = strchr(rest, '#');

	g_assert_nonnull(mark);
	return g_ascii_strtoull(mark + 1, NULL, 10);
}

static void
do_answer(Play *play, const Scene *scene, const char *rest)
{
	g_autofree char *from = g_strndup(rest, strcspn(rest, " "));
	g_autoptr(TdMessage)
	    letter = find_letter(play, read_number(rest), from);
	const TdAddress *to;
	g_autofree char *raw = NULL;

	g_assert_cmpuint(letter->reply_to->len, ==, 1);
	to = g_ptr_array_index(letter->reply_to, 0);
	raw = g_strdup_printf("%sFrom: <%s>\nTo: <%s>\nSubject: Re: %s\n"
	                      "Message-ID: <play-%u@play.example>\n"
	                      "In-Reply-To: <%s>\n"
	                      "Content-Type: text/plain; charset=utf-8\n\n%s",
	    scene->fields->str, from, to->address, letter->subject,
	    ++play->count, letter->message_id, scene->text->str);
	file(play, from, to->address, raw);
}

static void
do_order(Play *play, const Scene *scene, const char *rest)
{
	g_autofree char *agent = g_strndup(rest, strcspn(rest, " "));
	g_autofree char *commands = g_strdup(scene->text->str);
	const TdOrder order = {
		.number = read_number(rest),
		.commands = g_strstrip(commands),
		.actor = "control:play",
		.as = agent,
		.now = play->now,
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = begin(play);
	g_autoptr(TdPlan) plan = NULL;

	td_desk_order(play->desk, txn, &order, &plan, &error);
	g_assert_no_error(error);
	apply(play, txn, plan, NULL, NULL, NULL);
}

/* What the clock brings now; whether it brought anything. */
static gboolean
tick_once(Play *play)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = begin(play);
	g_autoptr(TdPlan) plan = NULL;

	td_desk_tick(play->desk, txn, play->now, 100, &plan, &error);
	g_assert_no_error(error);
	if (plan->events->len == 0 && plan->letters->len == 0)
		return FALSE;
	tell_when(play, "the clock");
	apply(play, txn, plan, NULL, NULL, NULL);
	return TRUE;
}

static void
tick(Play *play)
{
	guint ticks = 0;

	while (tick_once(play))
		g_assert_cmpuint(++ticks, <, TICKS_MAX);
}

static void
perform(Play *play, const Scene *scene)
{
	static const struct {
		const char *word;
		void (*func)(Play *play, const Scene *scene, const char *rest);
	} acts[] = {
		{ "mail ", do_mail },
		{ "answer ", do_answer },
		{ "order ", do_order },
	};

	tell_when(play, scene->act);
	play->down = g_str_equal(scene->act, "down");
	if (play->down || g_str_equal(scene->act, "end"))
		return;
	for (guint i = 0; i < G_N_ELEMENTS(acts); i++)
		if (g_str_has_prefix(scene->act, acts[i].word)) {
			acts[i].func(
			    play, scene, scene->act + strlen(acts[i].word));
			return;
		}
	g_error("no such act: %s", scene->act);
}

/* ---- the desk ---- */

static void
load_conf(Play *play)
{
	g_autofree char *from = g_build_filename(
	    play->folder, "ticketd.conf", NULL);
	g_autofree char *directory = NULL;
	g_autofree char *path = NULL;
	g_autofree char *content = NULL;
	g_autoptr(GString) text = NULL;
	g_autoptr(GError) error = NULL;

	directory = g_dir_make_tmp("ticketd-test-XXXXXX", &error);
	g_assert_no_error(error);
	path = g_build_filename(directory, "ticketd.conf", NULL);
	g_file_get_contents(from, &content, NULL, &error);
	g_assert_no_error(error);
	text = g_string_new(content);
	g_string_replace(text, "@DATA@", play->folder, 0);
	g_file_set_contents(path, text->str, -1, &error);
	g_assert_no_error(error);
	play->conf = td_conf_load(path, &error);
	g_assert_no_error(error);
	g_remove(path);
	g_rmdir(directory);
}

static void
set_list(GStrv *list, const char *text)
{
	g_strfreev(*list);
	*list = text == NULL || *text == '\0' ? g_new0(char *, 1)
	                                      : g_strsplit(text, ";", 0);
}

static void
set_text(char **text, const char *to)
{
	g_free(*text);
	*text = g_strdup(to == NULL ? "" : to);
}

static void
hire(Play *play, const PlayAgent *agent)
{
	g_autoptr(TdPerson) person = td_person_new();
	g_autofree char *address = g_strconcat(
	    agent->name, "@example.com", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = begin(play);

	person->role = agent->role;
	set_text(&person->name, agent->name);
	set_list(&person->addresses, address);
	set_list(&person->queues, agent->queues);
	set_list(&person->skills, agent->skills);
	set_text(&person->calendar, agent->calendar);
	set_text(&person->language, agent->language);
	td_person_put(txn, person, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
open_desk(Play *play)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TdTxn) txn = NULL;

	load_conf(play);
	play->zone = td_conf_zone(play->conf);
	play->store = td_store_open_memory(&error);
	g_assert_no_error(error);
	txn = begin(play);
	play->desk = td_desk_new(play->conf, txn, &error);
	g_assert_no_error(error);
	td_txn_commit(txn, &error);
	g_assert_no_error(error);
}

static void
fail_on_finding(const char *finding, gpointer unused G_GNUC_UNUSED)
{
	g_test_message("%s", finding);
	g_test_fail();
}

static void
close_desk(Play *play)
{
	g_autoptr(GError) error = NULL;
	guint64 number = 0;
	guint64 wrong = 0;

	do {
		g_autoptr(TdTxn) txn = td_txn_read(play->store);

		td_store_check(
		    txn, FALSE, &number, &wrong, fail_on_finding, NULL, &error);
		g_assert_no_error(error);
	} while (number != 0);
	td_desk_unref(play->desk);
	td_store_close(play->store);
	td_conf_free(play->conf);
	g_time_zone_unref(play->zone);
	g_free(play->folder);
}

char *
play(const char *folder, const PlayAgent *agents)
{
	Play play = { .told = g_string_new(NULL) };
	g_autoptr(GPtrArray) scenes = NULL;

	play.folder = g_test_build_filename(G_TEST_DIST, "data", folder, NULL);
	open_desk(&play);
	for (; agents->name != NULL; agents++)
		hire(&play, agents);
	scenes = read_scenes(&play);
	for (guint i = 0; i < scenes->len; i++) {
		const Scene *scene = g_ptr_array_index(scenes, i);

		if (play.now == 0 || play.down)
			play.now = scene->time;
		g_assert_cmpint(scene->time, >=, play.now);
		while (play.now < scene->time) {
			play.now += MINUTE;
			tick(&play);
		}
		if (play.down)
			tick(&play);
		perform(&play, scene);
	}
	close_desk(&play);
	return g_string_free(play.told, FALSE);
}
