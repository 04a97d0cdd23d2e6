/* test-letter-text.c - the mails that the desk writes: names, texts, phrases */

#include "config.h"

#include "letter/letter-private.h"

#include "letter-fixture.h"

#define SECRET "support+9-pbabcdefghij234567.8@example.com"

/* ---- what is hostile ---- */

static void
test_nothing_that_is_said_makes_a_header(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char evil[] = "x\r\nBcc: thief@example.org\n\nbody";

	for (TdLetterKind kind = 0; kind < TD_LETTER_KINDS; kind++) {
		g_autoptr(TdLetter) letter = make_letter(kind, "en");
		g_autoptr(TdMessage) message = NULL;

		set_text(&letter->subject, evil);
		set_text(&letter->author, evil);
		set_text(&letter->author_address, evil);
		set_text(&letter->from_name, evil);
		set_text(&letter->warning, evil);
		set_text(&letter->text, evil);
		set_text(&letter->in_reply_to, evil);
		td_letter_cc(letter, evil, "boris@example.org");
		message = compose(desk, letter);
		g_assert_cmpstr(header(message, "Bcc"), ==, "");
		g_assert_cmpuint(message->to->len, ==, 1);
		g_assert_cmpuint(message->cc->len, ==, 1);
		g_assert_cmpuint(message->from->len, ==, 1);
		assert_lacks(message->text, "\r");
	}
}

static void
test_secret_addresses_are_not_passed_on(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_REPLY, "en");
	g_autoptr(TdMessage) message = NULL;

	set_text(&letter->subject, "about " SECRET);
	set_text(&letter->text, "Write to " SECRET ", please.");
	set_text(&letter->quote, "From: <" SECRET ">");
	set_text(&letter->from_name, SECRET);
	message = compose(desk, letter);
	g_assert_cmpstr(
	    message->subject, ==, "Re: [support #42] about " SUPPORT);
	assert_has(message->text, "Write to " SUPPORT ", please.");
	assert_has(message->text, "> From: <" SUPPORT ">");
	g_assert_false(td_token_leaks(message->text, strlen(message->text)));
	g_assert_cmpstr(first(message->from)->name, ==, "");
}

static void
test_an_address_is_no_name(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const names[] = { ANNA, "Anna@Example.NET",
		"'" ANNA "'", "<" ANNA ">" };

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(TdLetter) letter = make_letter(TD_LETTER_REPLY, "en");
		g_autoptr(TdMessage) message = NULL;

		g_ptr_array_set_size(letter->to, 0);
		td_letter_to(letter, names[i], ANNA);
		td_letter_cc(letter, "Boris", "boris@example.net");
		message = compose(desk, letter);
		g_assert_cmpstr(first(message->to)->name, ==, "");
		g_assert_cmpstr(first(message->to)->address, ==, ANNA);
		g_assert_cmpstr(first(message->cc)->name, ==, "Boris");
	}
}

static void
test_a_quote_says_whose_it_is(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_REPLY, "en");
	g_autoptr(TdMessage) message = NULL;

	set_text(&letter->quote, "Still burning.\n\nAnna");
	set_text(&letter->quote_author, "Anna");
	message = compose(desk, letter);
	assert_has(
	    message->text, "\n\nAnna wrote:\n> Still burning.\n>\n> Anna\n");
	td_message_free(g_steal_pointer(&message));

	letter->quote_date = NOW;
	set_text(&letter->language, "ru");
	message = compose(desk, letter);
	assert_has(message->text,
	    "\n22 ноября 2026 г. Anna пишет:\n> Still burning.\n");
	/* Whoever answers it answers the text above. */
	assert_lacks(message->reply_text, "пишет");
	assert_lacks(message->reply_text, "burning");
	td_message_free(g_steal_pointer(&message));

	set_text(&letter->quote, "");
	message = compose(desk, letter);
	assert_lacks(message->text, "пишет");
}

static void
test_agents_read_what_a_queue_is_called_in_commands(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_MESSAGE, "en");
	g_autoptr(TdMessage) message = compose(desk, letter);

	assert_has(message->text, " Queue: support.\n");
	g_assert_cmpstr(
	    first(message->from)->name, ==, "Anna via Example Support");
}

static void
test_words_in_values_are_not_filled_in(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_MESSAGE, "en");
	g_autoptr(TdMessage) message = NULL;

	set_text(&letter->text, "{links} {{ {nonsense}");
	set_text(&letter->author, "{tag}");
	set_text(&letter->subject, "{text}");
	message = compose(desk, letter);
	assert_has(message->text, "{tag} <" ANNA "> wrote on #42 “{text}”:");
	assert_has(message->text, "\n{links} {{ {nonsense}\n");
	g_assert_cmpstr(message->subject, ==, "Re: [support #42] {text}");
}

/* ---- who ---- */

static void
test_author_without_a_name_does_not_look_like_an_address(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_MESSAGE, "en");
	g_autoptr(TdMessage) message = NULL;

	set_text(&letter->author, ANNA);
	message = compose(desk, letter);
	g_assert_cmpstr(
	    first(message->from)->name, ==, "anna via Example Support");
	assert_has(message->text, ANNA " wrote on #42");
	assert_lacks(message->text, "<" ANNA ">");
}

static void
test_author_that_nobody_told_is_requester_or_desk(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) fresh = make_letter(TD_LETTER_NEW_TICKET, "en");
	g_autoptr(TdLetter) changed = make_letter(TD_LETTER_CHANGED, "en");
	g_autoptr(TdMessage) message = NULL;

	set_text(&fresh->author, NULL);
	set_text(&fresh->author_address, NULL);
	message = compose(desk, fresh);
	assert_has(message->text, "from Anna <" ANNA ">:\n\nIt burns.");

	td_message_free(g_steal_pointer(&message));
	set_text(&changed->author, NULL);
	set_text(&changed->author_address, NULL);
	message = compose(desk, changed);
	assert_has(message->text, "Example Support changed #42");
	g_assert_cmpstr(first(message->from)->name, ==, DESK_NAME);
}

static void
test_greeting_takes_no_address_for_a_name(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *name;
		const char *want;
	} cases[] = { { "", "Hello Anna," }, { ANNA, "Hello,\n" },
		{ "Boris", "Hello Boris," } };

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TdLetter)
		    letter = make_letter(TD_LETTER_FINISHED, "en");
		g_autoptr(TdMessage) message = NULL;

		g_ptr_array_set_size(letter->to, 0);
		td_letter_to(letter, cases[i].name, ANNA);
		message = compose(desk, letter);
		g_assert_true(g_str_has_prefix(message->text, cases[i].want));
	}
}

static void
test_mail_of_no_ticket_has_no_tag(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_TRANSCRIPT, "en");
	g_autoptr(TdMessage) message = NULL;

	desk->ticket->number = TD_TICKET_DESK;
	letter->person = 0;
	message = compose(desk, letter);
	g_assert_cmpstr(message->subject, ==, "Re: Printer on fire");
	g_assert_cmpuint(g_strv_length(message->references), ==, 0);
	g_assert_cmpuint(message->reply_to->len, ==, 0);
	g_assert_cmpstr(header(message, "X-Auto-Response-Suppress"), ==,
	    "OOF, AutoReply, DR, RN");
}

static void
test_subject_may_be_missing(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_MESSAGE, "en");
	g_autoptr(TdMessage) message = NULL;

	set_text(&letter->subject, "");
	message = compose(desk, letter);
	g_assert_cmpstr(message->subject, ==, "Re: [support #42]");
	assert_has(message->text, "wrote on #42:\n");
}

static void
test_references_begin_with_the_root(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_REPLY, "en");
	g_autoptr(TdMessage) message = NULL;
	g_autofree char *root = td_token_message_id(
	    desk->keys, "example.com", 42, 0);
	g_autoptr(GStrvBuilder) ids = g_strv_builder_new();

	g_strv_builder_add(ids, "too-old@example.net");
	g_strv_builder_add(ids, root);
	for (guint i = 0; i < 8; i++) {
		g_autofree char *id = g_strdup_printf("%u@example.net", i);

		g_strv_builder_add(ids, id);
	}
	g_strv_builder_add(ids, "last@example.net");
	letter->references = g_strv_builder_end(ids);
	letter->in_reply_to = g_strdup("last@example.net");
	message = compose(desk, letter);
	g_assert_cmpstr(message->references[0], ==, root);
	g_assert_cmpstr(message->references[1], ==, "0@example.net");
	g_assert_cmpuint(g_strv_length(message->references), ==, 10);
	g_assert_cmpstr(message->references[9], ==, "last@example.net");
	g_assert_cmpstr(
	    header(message, "In-Reply-To"), ==, "<last@example.net>");
}

/* ---- phrases ---- */

static void
test_phrases_are_said_in_the_language_asked_for(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *language;
		const char *want;
	} cases[] = { { "en", "Hello Anna," }, { "ru", "Здравствуйте, Anna!" },
		{ "ru-UA", "Здравствуйте, Anna!" }, { "xx", "Hello Anna," },
		{ NULL, "Hello Anna," } };

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *said = td_letters_say(desk->letters,
		    cases[i].language, "hello", "name", "Anna", NULL);

		g_assert_cmpstr(said, ==, cases[i].want);
	}
	g_assert_true(td_letters_speak(desk->letters, "ru"));
	g_assert_false(td_letters_speak(desk->letters, "xx"));
	g_assert_false(td_letters_speak(desk->letters, NULL));
}

static void
test_phrase_that_does_not_exist_is_our_mistake(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *said = NULL;

	g_test_expect_message(
	    NULL, G_LOG_LEVEL_CRITICAL, "there is no phrase \"nonsense\"");
	said = td_letters_say(desk->letters, "en", "nonsense", NULL);
	g_test_assert_expected_messages();
	g_assert_cmpstr(said, ==, "nonsense");
}

static void
test_address_follows_the_pattern(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autofree char *address = td_letters_address(desk->letters,
	    td_conf_queue(desk->conf, "support"), g_strdup("42-x"));

	g_assert_cmpstr(address, ==, "42-x.support@reply.example.com");
}

/* ---- HTML ---- */

static void
free_part(TdPart *part)
{
	g_free(part->text);
	g_free(part);
}

/* The body of the HTML of @text. */
static char *
make_html(const char *text)
{
	g_autoptr(GPtrArray)
	    parts = g_ptr_array_new_with_free_func((GDestroyNotify)free_part);
	g_autoptr(GPtrArray) taps = g_ptr_array_new();
	TdPart *part = g_new0(TdPart, 1);
	g_autofree char *html = NULL;
	const char *body;

	part->kind = TD_PART_TEXT;
	part->text = g_strdup(text);
	g_ptr_array_add(parts, part);
	html = td_html_body("ru", "a<b", parts, taps);
	g_assert_true(
	    g_str_has_prefix(html, "<!DOCTYPE html>\n<html lang=\"ru\">\n"));
	assert_has(html, "<title>a&lt;b</title>");
	assert_has(html, "<meta name=\"color-scheme\"");
	body = strstr(html, "<body>\n");
	g_assert_nonnull(body);
	body += strlen("<body>\n");
	return g_strndup(body, strlen(body) - strlen("</body>\n</html>\n"));
}

#define QUOTE "<blockquote>\n"
#define END "</blockquote>\n"

static void
test_html_shows_the_text_and_nothing_else(void)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "", "" },
		{ "a\nb\n\n\nc\n", "<p>a<br>\nb</p>\n<p>c</p>\n" },
		{ "<script>\"&'</script>",
		    "<p>&lt;script&gt;&quot;&amp;'&lt;/script&gt;</p>\n" },
		{ "  a  b\tc",
		    "<p>&nbsp;&nbsp;a &nbsp;b&nbsp;&nbsp;&nbsp; c"
		    "</p>\n" },
		{ "> a\n>> b\nc",
		    QUOTE "<p>a</p>\n" QUOTE "<p>b</p>\n" END END
		          "<p>c</p>\n" },
		{ ">a\n>\n> b", QUOTE "<p>a</p>\n<p>b</p>\n" END },
		{ ">>>>>>>>>>>> a",
		    QUOTE QUOTE QUOTE QUOTE QUOTE QUOTE QUOTE QUOTE QUOTE QUOTE
		    "<p>&gt;&gt; a</p>\n" END END END END END END END END END
		        END },
		{ "see http://a.example/?b=1&c=\"x\".",
		    "<p>see <a href=\"http://a.example/?b=1&amp;c=\">"
		    "http://a.example/?b=1&amp;c=</a>&quot;x&quot;.</p>\n" },
		{ "(https://a.example/b), xhttp://no http:// javascript:x",
		    "<p>(<a href=\"https://a.example/b\">https://a.example/b"
		    "</a>), xhttp://no http:// javascript:x</p>\n" },
		{ "────────\nbelow", "<p>────────</p>\n<p>below</p>\n" },
		{ "───────\nbelow", "<p>───────<br>\nbelow</p>\n" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *html = make_html(cases[i].text);
		g_autoptr(GString) bare = g_string_new(html);

		g_string_replace(bare,
		    " style=\"margin:0 0 0 .5em;padding-left:.7em;"
		    "border-left:2px solid\"",
		    "", 0);
		g_assert_cmpstr(bare->str, ==, cases[i].want);
	}
}

static void
test_html_fetches_nothing_and_names_no_colour(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char *const words[] = { "src=", "url(", "background",
		"color:", "#", "<img", "<link", "<style" };
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_MESSAGE, "en");
	g_autoptr(GPtrArray) taps = NULL;
	g_autoptr(GPtrArray) parts = NULL;
	g_autofree char *html = NULL;
	const TdDraftLetter draft = {
		.letters = desk->letters,
		.letter = letter,
		.ticket = desk->ticket,
		.queue = td_conf_queue(desk->conf, "support"),
		.language = "en",
		.now = NOW,
	};
	TdPart part = { TD_PART_LINKS, (char *)"" };

	taps = td_letter_taps(&draft);
	parts = g_ptr_array_new();
	g_ptr_array_add(parts, &part);
	html = td_html_body("en", "x", parts, taps);
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		assert_lacks(html, words[i]);
	assert_has(html, ">Close</a>");
	assert_has(html, "&amp;body=close%0D%0Astop\"");
}

static void
test_long_text_goes_without_html(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_NOTE, "en");
	g_autoptr(TdMessage) message = NULL;

	g_free(letter->text);
	letter->text = g_strnfill(300 * 1024, 'x');
	message = compose(desk, letter);
	g_assert_cmpstr(message->content_type, ==, "text/plain");
	assert_has(message->text, letter->text);
}

static void
test_emoji_and_scripts_keep_their_joiners(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char text[] =
	    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xa7"
	    " \xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae";
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_REPLY, "en");
	g_autoptr(TdMessage) message = NULL;

	set_text(&letter->text, text);
	message = compose(desk, letter);
	assert_has(message->text, text);
}

static void
test_attachments_go_along(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_REPLY, "en");
	g_autoptr(TdMessage) message = NULL;
	g_autoptr(GBytes) bytes = g_bytes_new_static("12345", 5);
	const TdAttachment *attachment;

	letter->attachments = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)td_compose_attachment_free);
	g_ptr_array_add(letter->attachments,
	    td_compose_attachment_new("a.bin", "application/x-test", bytes));
	message = compose(desk, letter);
	g_assert_cmpstr(message->content_type, ==, "multipart/mixed");
	g_assert_cmpuint(message->attachments->len, ==, 1);
	attachment = g_ptr_array_index(message->attachments, 0);
	g_assert_cmpstr(attachment->name, ==, "a.bin");
	g_assert_cmpuint(attachment->size, ==, 5);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("hostile/header", NULL, test_nothing_that_is_said_makes_a_header);
	ADD("hostile/secret", NULL, test_secret_addresses_are_not_passed_on);
	ADD("hostile/words", NULL, test_words_in_values_are_not_filled_in);
	ADD("who/quoted", NULL, test_a_quote_says_whose_it_is);
	ADD("who/address", NULL, test_an_address_is_no_name);
	ADD("who/queue", NULL,
	    test_agents_read_what_a_queue_is_called_in_commands);
	ADD("who/nameless", NULL,
	    test_author_without_a_name_does_not_look_like_an_address);
	ADD("who/unknown", NULL,
	    test_author_that_nobody_told_is_requester_or_desk);
	ADD("who/greeting", NULL, test_greeting_takes_no_address_for_a_name);
	ADD("no-ticket", NULL, test_mail_of_no_ticket_has_no_tag);
	ADD("no-subject", NULL, test_subject_may_be_missing);
	ADD("references", NULL, test_references_begin_with_the_root);
	ADD("say", NULL, test_phrases_are_said_in_the_language_asked_for);
	ADD("say/unknown", NULL,
	    test_phrase_that_does_not_exist_is_our_mistake);
	ADD("address", "reply-address = {extension}.{local}@reply.{domain}\n",
	    test_address_follows_the_pattern);
	g_test_add_func(
	    "/letter/html", test_html_shows_the_text_and_nothing_else);
	ADD("html/plain", NULL, test_html_fetches_nothing_and_names_no_colour);
	ADD("html/long", NULL, test_long_text_goes_without_html);
	ADD("text/joiners", NULL, test_emoji_and_scripts_keep_their_joiners);
	ADD("attachments", NULL, test_attachments_go_along);

	return g_test_run();
}
