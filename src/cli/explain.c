/* explain.c - ticket explain: how a mail would be taken, and why */

#include "config.h"

#include <sysexits.h>

#include <ticketd/text.h>

#include "cli/cli.h"

/* ---- printing ---- */

static void print_line(const TdCli *cli, const char *name, const char *format,
    ...) G_GNUC_PRINTF(3, 4);

static void
print_line(const TdCli *cli, const char *name, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	printf("%s%-12s%s", cli->colour ? "\033[1m" : "", name,
	    cli->colour ? "\033[0m" : "");
	td_output_text(text);
	putchar('\n');
}

static void
print_thread(const TdCli *cli, JsonObject *whole)
{
	JsonObject *thread = td_get_object(whole, "thread");
	const char *rule = td_get_text(thread, "rule");
	const char *reason = td_get_text(thread, "reason");

	print_line(
	    cli, "thread", "%s%s%s", rule, *reason == '\0' ? "" : ": ", reason);
	if (json_object_get_null_member(thread, "ticket"))
		print_line(cli, "ticket", "a new one in queue %s",
		    td_get_text(whole, "queue"));
	else if (td_get_number(thread, "ticket") == 0)
		print_line(cli, "ticket", "0, the desk's own record");
	else
		print_line(cli, "ticket", "%" G_GINT64_FORMAT,
		    td_get_number(thread, "ticket"));
	if (td_get_flag(whole, "marked"))
		print_line(cli, "marked",
		    "the sender is not on the ticket: filed, but gets nothing "
		    "and changes nothing");
}

/* "Anna <anna@example.com>", of whom has no name the address; the caller's. */
static char *
person_text(JsonObject *person)
{
	const char *name = td_get_text(person, "name");

	return g_strdup_printf("%s%s<%s>", name, *name == '\0' ? "" : " ",
	    td_get_text(person, "address"));
}

static void
print_people(const TdCli *cli, JsonObject *whole)
{
	JsonObject *from = td_get_object(whole, "from");
	JsonObject *auth = td_get_object(whole, "auth");
	const char *sender = td_get_text(whole, "sender");
	g_autofree char *writer = NULL;

	writer = person_text(from);
	print_line(cli, "from", "%s", writer);
	print_line(cli, "believed", "by %s; spf %s, dkim %s, dmarc %s",
	    td_get_text(auth, "address"), td_get_text(auth, "spf"),
	    td_get_text(auth, "dkim"), td_get_text(auth, "dmarc"));
	if (!g_str_equal(td_get_text(auth, "signature"), "none"))
		print_line(
		    cli, "signed", "by %s", td_get_text(auth, "signature"));
	if (*td_get_text(whole, "speaker") != '\0')
		print_line(cli, "speaker", "agent %s, %s",
		    td_get_text(whole, "speaker"),
		    td_get_text(whole, "visibility"));
	if (json_object_get_null_member(whole, "sender"))
		print_line(cli, "envelope", "from nobody knows whom to <%s>",
		    td_get_text(whole, "recipient"));
	else
		print_line(cli, "envelope", "from <%s> to <%s>", sender,
		    td_get_text(whole, "recipient"));
}

static void
print_attachments(const TdCli *cli, JsonObject *whole)
{
	JsonArray *array = td_get_array(whole, "attachments");

	for (guint i = 0; i < td_get_length(whole, "attachments"); i++) {
		JsonObject *one = json_array_get_object_element(array, i);

		print_line(cli, i == 0 ? "attachments" : "",
		    "%s  %s  %" G_GINT64_FORMAT " bytes",
		    td_get_text(one, "name"), td_get_text(one, "type"),
		    td_get_number(one, "size"));
	}
}

static void
print_report(const TdCli *cli, JsonObject *whole)
{
	JsonObject *dsn = td_get_object(whole, "dsn");
	JsonArray *array = td_get_array(dsn, "recipients");

	for (guint i = 0; i < td_get_length(dsn, "recipients"); i++) {
		JsonObject *one = json_array_get_object_element(array, i);

		print_line(cli, i == 0 ? "report" : "", "%s %s %s %s",
		    td_get_text(one, "address"), td_get_text(one, "action"),
		    td_get_text(one, "status"), td_get_text(one, "diagnostic"));
	}
}

static void
print_forward(const TdCli *cli, JsonObject *whole)
{
	JsonObject *forward = NULL;
	JsonObject *from;
	g_autofree char *writer = NULL;

	if (!json_object_get_null_member(whole, "forward"))
		forward = td_get_object(whole, "forward");
	if (forward != NULL) {
		from = td_get_object(forward, "from");
		writer = person_text(from);
		print_line(cli, "forwards", "\"%s\" by %s",
		    td_get_text(forward, "subject"), writer);
	}
	if (*td_get_text(whole, "reaction") != '\0')
		print_line(
		    cli, "reaction", "%s", td_get_text(whole, "reaction"));
}

static void
print_commands(const TdCli *cli, JsonObject *whole)
{
	JsonArray *commands = td_get_array(whole, "commands");
	g_autofree char *held = td_output_joined(whole, "held");

	for (guint i = 0; i < td_get_length(whole, "commands"); i++) {
		JsonObject *one = json_array_get_object_element(commands, i);

		print_line(cli, i == 0 ? "commands" : "", "%s: %s%s",
		    td_get_text(one, "line"),
		    td_get_flag(one, "refused") ? "refused, " : "",
		    td_get_text(one, "result"));
	}
	if (td_get_flag(whole, "refused"))
		print_line(cli, "refused", "so none of them would be done");
	if (*held != '\0')
		print_line(
		    cli, "held", "until its writer says what to do: %s", held);
}

static void
print_rules(const TdCli *cli, JsonObject *whole)
{
	JsonArray *rules = td_get_array(whole, "rules");

	for (guint i = 0; i < td_get_length(whole, "rules"); i++) {
		JsonObject *one = json_array_get_object_element(rules, i);

		print_line(cli, i == 0 ? "rules" : "", "%s: %s -> %s",
		    td_get_text(one, "name"), td_get_text(one, "why"),
		    td_get_text(one, "what"));
	}
}

static void
print_plan(const TdCli *cli, JsonObject *whole)
{
	JsonArray *plan = td_get_array(whole, "plan");
	guint length = td_get_length(whole, "plan");

	if (length == 0)
		print_line(cli, "plan", "nothing would happen");
	for (guint i = 0; i < length; i++) {
		JsonObject *event = json_array_get_object_element(plan, i);
		g_autofree char *detail = td_output_detail(
		    td_get_object(event, "detail"));

		print_line(cli, i == 0 ? "plan" : "", "%-13s %s  %s",
		    td_get_text(event, "kind"), td_get_text(event, "actor"),
		    detail);
	}
}

static void
print_answer(const TdCli *cli, JsonObject *whole)
{
	const char *silence = td_get_text(whole, "silence");

	if (td_get_flag(whole, "acknowledge"))
		print_line(cli, "answer", "an acknowledgement to %s",
		    td_get_text(whole, "answer_to"));
	else
		print_line(cli, "answer", "none%s%s",
		    *silence == '\0' ? "" : ": ", silence);
}

static void
print_problems(const TdCli *cli, JsonObject *whole)
{
	JsonArray *problems = td_get_array(whole, "problems");

	for (guint i = 0; i < td_get_length(whole, "problems"); i++)
		print_line(cli, i == 0 ? "problems" : "", "%s",
		    json_array_get_string_element(problems, i));
}

static void
print_explanation(const TdCli *cli, JsonObject *whole)
{
	g_autofree char *date = td_output_time(td_get_text(whole, "date"));

	print_line(cli, "class", "%s: %s", td_get_text(whole, "class"),
	    td_get_text(whole, "class_reason"));
	print_thread(cli, whole);
	print_rules(cli, whole);
	print_commands(cli, whole);
	print_plan(cli, whole);
	print_answer(cli, whole);
	print_people(cli, whole);
	print_line(cli, "subject", "%s", td_get_text(whole, "subject"));
	print_line(cli, "date", "%s", *date == '\0' ? "none" : date);
	print_line(cli, "message-id", "%s", td_get_text(whole, "message_id"));
	if (*td_get_text(whole, "charset_guess") != '\0')
		print_line(cli, "charset", "guessed: %s",
		    td_get_text(whole, "charset_guess"));
	print_forward(cli, whole);
	print_report(cli, whole);
	print_attachments(cli, whole);
	print_problems(cli, whole);
	if (*td_get_text(whole, "reply_text") != '\0') {
		putchar('\n');
		td_output_block(td_get_text(whole, "reply_text"));
	}
}

static JsonObject *
make_words(const TdCli *cli)
{
	JsonObject *words = td_client_words("explain");
	const char *sender = td_cli_text(cli, "sender");
	const char *recipient = td_cli_text(cli, "recipient");

	if (sender != NULL)
		json_object_set_string_member(words, "sender", sender);
	if (recipient != NULL)
		json_object_set_string_member(words, "recipient", recipient);
	return words;
}

int
td_cli_explain(const TdCli *cli)
{
	g_autoptr(GBytes)
	    mail = td_input_file(td_cli_word(cli, 0), "mail to explain");
	g_autoptr(GError) error = NULL;
	g_autoptr(TdClient) client = NULL;
	g_autoptr(JsonObject) whole = NULL;

	if (mail == NULL)
		return EX_NOINPUT;
	client = td_client_open(cli->conf_path, TD_CLIENT_EMPTY, &error);
	if (client == NULL)
		return td_cli_fail(error);
	whole = td_client_ask(client, make_words(cli), mail, NULL, &error);
	if (whole == NULL)
		return td_cli_fail(error);

	if (td_cli_format(cli, "json"))
		td_output_json_object(whole);
	else
		print_explanation(cli, whole);
	return EX_OK;
}
