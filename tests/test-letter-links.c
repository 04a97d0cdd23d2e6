/* test-letter-links.c - links in the mails that the desk writes */

#include "config.h"

#include "letter-fixture.h"

/* What extension of ours the Reply-To has. */
static void
read_reply_to(Desk *desk, const TdMessage *message, TdExtension *read)
{
	const char *address = first(message->reply_to)->address;
	g_autofree char *extension = NULL;

	g_assert_true(g_str_has_prefix(address, "support+"));
	g_assert_true(g_str_has_suffix(address, "@example.com"));
	extension = g_strndup(address + strlen("support+"),
	    strcspn(address, "@") - strlen("support+"));
	g_assert_true(td_token_read_extension(desk->keys, extension, read));
}

typedef struct {
	char *local;
	char *subject;
	char *body;
} Link;

static void
link_clear(Link *link)
{
	g_free(link->local);
	g_free(link->subject);
	g_free(link->body);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Link, link_clear)

/* Reads the link on the line that begins with @label; FALSE if there is none.
 */
static gboolean
find_link(const char *text, const char *label, Link *link)
{
	g_autofree char *start = g_strdup_printf("\n%s: mailto:", label);
	const char *at = strstr(text, start);
	g_autofree char *url = NULL;
	char *query;
	char *body;

	if (at == NULL)
		return FALSE;
	at += strlen(start);
	url = g_strndup(at, strcspn(at, "\n"));
	query = strstr(url, "?subject=");
	g_assert_nonnull(query);
	*query = '\0';
	body = strstr(query + 1, "&body=");
	g_assert_nonnull(body);
	*body = '\0';
	g_assert_true(g_str_has_suffix(url, "@example.com"));
	link->local = g_strndup(url, strcspn(url, "@"));
	link->subject = g_uri_unescape_string(
	    query + strlen("?subject="), NULL);
	link->body = g_uri_unescape_string(body + strlen("&body="), NULL);
	return TRUE;
}

static void
test_links_of_agents_do_what_they_say(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const struct {
		const char *label;
		const char *verb;
		const char *body;
	} cases[] = {
		{ "Take", "take", "take\r\nstop" },
		{ "Close", "close", "close\r\nstop" },
		{ "Put off for a day", "pending-1d", "pending 1d\r\nstop" },
		{ "Make urgent", "priority-1", "priority 1\r\nstop" },
	};
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_MESSAGE, "en");
	g_autoptr(TdMessage) message = compose(desk, letter);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(Link) link = { 0 };
		TdExtension read = { 0 };

		g_assert_true(find_link(message->text, cases[i].label, &link));
		g_assert_true(g_str_has_prefix(link.local, "support+"));
		g_assert_cmpuint(strlen(link.local), <=, 64);
		g_assert_true(td_token_read_extension(
		    desk->keys, link.local + strlen("support+"), &read));
		g_assert_cmpint(read.kind, ==, TD_TOKEN_ACTION);
		g_assert_cmpuint(read.ticket, ==, 42);
		g_assert_cmpstr(read.verb, ==, cases[i].verb);
		g_assert_cmpint(
		    read.expires, ==, NOW + (gint64)7 * 24 * 60 * 60);
		g_assert_cmpint(
		    td_token_check_action(desk->keys, &read, PERSON, 5), ==,
		    TD_TOKEN_GOOD);
		g_assert_cmpint(
		    td_token_check_action(desk->keys, &read, PERSON, 6), ==,
		    TD_TOKEN_BAD);
		g_assert_cmpstr(link.subject, ==, "Re: [support #42]");
		g_assert_cmpstr(link.body, ==, cases[i].body);
	}
}

static void
test_links_of_customers_prove_the_ticket_alone(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) reply = make_letter(TD_LETTER_REPLY, "en");
	g_autoptr(TdLetter) end = make_letter(TD_LETTER_FINISHED, "en");
	g_autoptr(TdMessage) message = compose(desk, reply);
	g_autofree char *thread = td_token_thread(desk->keys, 42);
	g_autofree char *local = g_strconcat("support+", thread, NULL);
	g_auto(Link) solved = { 0 };

	g_assert_true(find_link(message->text, "It is solved", &solved));
	g_assert_cmpstr(solved.local, ==, local);
	g_assert_cmpstr(solved.body, ==, "solved\r\nstop");

	td_message_free(g_steal_pointer(&message));
	message = compose(desk, end);
	for (guint score = 1; score <= 5; score++) {
		static const char *const labels[] = { "1 – very poor",
			"2 – poor", "3 – fair", "4 – good", "5 – very good" };
		g_autofree char *body = g_strdup_printf(
		    "rate %u\r\nstop", score);
		g_auto(Link) link = { 0 };

		g_assert_true(
		    find_link(message->text, labels[score - 1], &link));
		g_assert_cmpstr(link.local, ==, local);
		g_assert_cmpstr(link.body, ==, body);
	}
}

static void
test_rating_is_asked_for_only_if_wanted(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_RESOLVED, "en");
	g_autoptr(TdMessage) message = NULL;

	letter->rate = FALSE;
	letter->until = 0;
	message = compose(desk, letter);
	assert_lacks(message->text, "mailto:");
	assert_lacks(message->text, "How did we do");
	assert_lacks(message->text, "it will be closed");
	assert_has(message->text,
	    "and we will go on with it.\n\n"
	    "Best regards,");
}

static void
test_end_of_a_ticket_tells_how_to_go_on(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_FINISHED, "en");
	g_autoptr(TdMessage) message = compose(desk, letter);

	assert_has(message->text, "just reply to this mail");
	td_message_free(g_steal_pointer(&message));
	set_text(&letter->queue, "answer");
	message = compose(desk, letter);
	assert_has(message->text, "write a new mail to answer@example.com");
	assert_lacks(message->text, "just reply to this mail");
}

static void
test_team_answers_to_nobodys_personal_address(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_NEW_TICKET, "en");
	g_autoptr(TdMessage) message = NULL;
	g_autofree char *personal = NULL;
	g_autofree char *local = NULL;
	g_auto(Link) link = { 0 };
	TdExtension read = { 0 };

	letter->person = 0;
	letter->team = TRUE;
	td_letter_to(letter, NULL, "team@example.com");
	message = compose(desk, letter);
	read_reply_to(desk, message, &read);
	g_assert_cmpint(read.kind, ==, TD_TOKEN_PERSONAL);
	g_assert_cmpuint(read.person, ==, 0);

	personal = td_token_personal(desk->keys, 42, 0, NULL);
	local = g_strconcat("support+", personal, NULL);
	g_assert_true(find_link(message->text, "Close", &link));
	g_assert_cmpstr(link.local, ==, local);
	g_assert_cmpstr(link.body, ==, "close\r\nstop");
}

static void
test_nobody_is_offered_what_is_his(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_MESSAGE, "en");
	g_autoptr(TdMessage) message = NULL;

	letter->reader = g_strdup("olga");
	set_text(&desk->ticket->owner, "olga");
	message = compose(desk, letter);
	assert_lacks(message->text, "Take: mailto:");
	assert_has(message->text, "Close: mailto:");
	td_message_free(g_steal_pointer(&message));
	set_text(&desk->ticket->owner, "ivan");
	message = compose(desk, letter);
	assert_has(message->text, "Take: mailto:");
}

static void
test_closed_ticket_can_only_be_reopened(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_CHANGED, "en");
	g_autoptr(TdMessage) message = NULL;
	g_auto(Link) link = { 0 };

	desk->ticket->status = TD_STATUS_CLOSED;
	message = compose(desk, letter);
	g_assert_true(find_link(message->text, "Reopen", &link));
	g_assert_false(find_link(message->text, "Close", &link));
	g_assert_false(find_link(message->text, "Put off for a day", &link));
	assert_has(message->text, "Status: closed.");
}

static void
test_link_that_no_address_can_hold_is_left_out(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_MESSAGE, "en");
	g_autoptr(TdMessage) message = NULL;
	g_auto(Link) link = { 0 };

	desk->ticket->number = G_GUINT64_CONSTANT(400000000000000000);
	message = compose(desk, letter);
	g_assert_true(find_link(message->text, "Close", &link));
	g_assert_false(find_link(message->text, "Make urgent", &link));
}

static void
test_confirmation_has_its_own_address(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_CONFIRM, "en");
	g_autoptr(TdMessage) message = compose(desk, letter);
	g_autofree char *confirm = td_token_confirm(desk->keys, 42, PERSON, 3);
	g_autofree char *local = g_strconcat("support+", confirm, NULL);
	g_auto(Link) link = { 0 };

	g_assert_true(find_link(message->text, "Yes, this is from me", &link));
	g_assert_cmpstr(link.local, ==, local);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("links/agent", NULL, test_links_of_agents_do_what_they_say);
	ADD("links/customer", NULL,
	    test_links_of_customers_prove_the_ticket_alone);
	ADD("links/rating", NULL, test_rating_is_asked_for_only_if_wanted);
	ADD("links/end", NULL, test_end_of_a_ticket_tells_how_to_go_on);
	ADD("links/team", NULL, test_team_answers_to_nobodys_personal_address);
	ADD("links/owned", NULL, test_nobody_is_offered_what_is_his);
	ADD("links/closed", NULL, test_closed_ticket_can_only_be_reopened);
	ADD("links/long", NULL, test_link_that_no_address_can_hold_is_left_out);
	ADD("links/confirm", NULL, test_confirmation_has_its_own_address);

	return g_test_run();
}
