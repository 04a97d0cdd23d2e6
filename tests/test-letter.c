/* test-letter.c - the mails that the desk writes: kinds and links */

#include "config.h"

#include "letter-fixture.h"

#define RULE                                                                   \
	"\n\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80"       \
	"\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80"

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

/* ---- each kind ---- */

typedef struct {
	const char *name;
	const char *subject;
	const char *from;
	TdTokenKind reply_to;
	const char *automatic; /* Auto-Submitted */
	gboolean html;
	const char *english; /* what the text must say */
	const char *russian;
	const char *subject_russian; /* NULL: the same */
} Kind;

#define TAGGED "Re: [support #42] Printer on fire"
#define VIA "Anna via Example Support"
#define VIA_RUSSIAN "Anna через очередь «Example Support»"
#define GENERATED "auto-generated"
#define REPLIED "auto-replied"

static const Kind kinds[TD_LETTER_KINDS] = {
	[TD_LETTER_ACKNOWLEDGEMENT] = { "acknowledgement",
	    "[support #42] Printer on fire", DESK_NAME, TD_TOKEN_REPLY, REPLIED,
	    FALSE,
	    "Hello Anna,\n\nWe have received your message and opened "
	    "ticket #42",
	    "Здравствуйте, Anna!\n\nМы получили ваше письмо и открыли по нему "
	    "заявку № 42" },
	[TD_LETTER_OUT_OF_HOURS] = { "out-of-hours",
	    "[support #42] Printer on fire", DESK_NAME, TD_TOKEN_REPLY, REPLIED,
	    FALSE, "We are closed now.", "Сейчас мы не работаем." },
	[TD_LETTER_FOLLOW_UP] = { "follow-up", TAGGED, DESK_NAME,
	    TD_TOKEN_REPLY, REPLIED, FALSE, "added to ticket #42",
	    "добавлено к заявке № 42" },
	[TD_LETTER_CLOSED] = { "closed", TAGGED, DESK_NAME, TD_TOKEN_REPLY,
	    REPLIED, FALSE, "write a new mail to\n" SUPPORT,
	    "письмо на адрес " SUPPORT },
	[TD_LETTER_RESOLVED] = { "resolved", TAGGED, DESK_NAME, TD_TOKEN_REPLY,
	    GENERATED, TRUE, "closed on 29 November 2026.",
	    "29 ноября 2026 г. заявка закроется" },
	[TD_LETTER_FINISHED] = { "finished", TAGGED, DESK_NAME, TD_TOKEN_REPLY,
	    GENERATED, TRUE, "#42 “Printer on fire” is closed.",
	    "№ 42 «Printer on fire» закрыта." },
	[TD_LETTER_REPLY] = { "reply", TAGGED, "Olga Petrova", TD_TOKEN_REPLY,
	    "", TRUE, "Olga Petrova, Example Support\n",
	    "Olga Petrova, Example Support\n" },
	[TD_LETTER_FORWARD] = { "forward", TAGGED, "Olga Petrova",
	    TD_TOKEN_REPLY, "", TRUE, "Olga Petrova forwards to you",
	    "Olga Petrova пересылает вам письмо" },
	[TD_LETTER_NEW_TICKET] = { "new-ticket", TAGGED, VIA, TD_TOKEN_PERSONAL,
	    GENERATED, TRUE,
	    "New ticket #42 “Printer on fire” from Anna <" ANNA
	    ">:\n\nIt burns.",
	    "Новая заявка № 42 «Printer on fire». Пишет Anna <" ANNA ">:\n\n" },
	[TD_LETTER_MESSAGE] = { "message", TAGGED, VIA, TD_TOKEN_PERSONAL,
	    GENERATED, TRUE, "Anna <" ANNA "> wrote on #42",
	    "Ваш ответ уйдёт клиенту." },
	[TD_LETTER_STRANGER] = { "stranger", TAGGED, VIA, TD_TOKEN_PERSONAL,
	    GENERATED, TRUE, "\ncc +" ANNA "\nreply\n",
	    "\nкопия +" ANNA "\nответ\n" },
	[TD_LETTER_REPLIED] = { "replied", TAGGED, VIA, TD_TOKEN_PERSONAL,
	    GENERATED, TRUE, "Anna answered the customer on #42",
	    "Anna отвечает клиенту" },
	[TD_LETTER_NOTE] = { "note", TAGGED, VIA, TD_TOKEN_PERSONAL, GENERATED,
	    TRUE, "Your reply stays inside", "останется внутренней заметкой" },
	[TD_LETTER_ASSIGNED] = { "assigned", TAGGED, VIA, TD_TOKEN_PERSONAL,
	    GENERATED, TRUE,
	    "is yours now.\n\nAnna <" ANNA "> wrote:\n\nIt burns.",
	    "теперь ваша.\n\nAnna <" ANNA "> пишет:\n\nIt burns." },
	[TD_LETTER_CHANGED] = { "changed", TAGGED, VIA, TD_TOKEN_PERSONAL,
	    GENERATED, TRUE, "Anna changed #42", "Изменения в заявке № 42" },
	[TD_LETTER_REMINDER] = { "reminder", TAGGED, VIA, TD_TOKEN_PERSONAL,
	    GENERATED, TRUE, "reminded of #42", "напомнить о заявке № 42" },
	[TD_LETTER_AWAKE] = { "awake", TAGGED, VIA, TD_TOKEN_PERSONAL,
	    GENERATED, TRUE, "put off until now", "срок вышел" },
	[TD_LETTER_DIGEST] = { "digest", "Printer on fire", DESK_NAME,
	    TD_TOKEN_PERSONAL, GENERATED, TRUE, "It burns.", "It burns." },
	[TD_LETTER_TRANSCRIPT] = { "transcript", TAGGED, DESK_NAME,
	    TD_TOKEN_PERSONAL, GENERATED, TRUE, "It burns.", "It burns." },
	[TD_LETTER_CONFIRM] = { "confirm", TAGGED, DESK_NAME, TD_TOKEN_CONFIRM,
	    GENERATED, TRUE, "by 29 November 2026, 08:00 UTC.",
	    "до 29 ноября 2026 г., 08:00 UTC" },
	[TD_LETTER_UNDELIVERED] = { "undelivered",
	    "[support #42] Not delivered: Printer on fire", DESK_NAME,
	    TD_TOKEN_PERSONAL, GENERATED, TRUE,
	    "Close: mailto:", "Закрыть: mailto:",
	    "[support #42] Не доставлено: Printer on fire" },
	[TD_LETTER_NOTICE] = { "notice", "Printer on fire", DESK_NAME,
	    TD_TOKEN_PERSONAL, GENERATED, TRUE, "It burns.", "It burns." },
};

static void
check_kind(Desk *desk, TdLetterKind kind, const char *language)
{
	const Kind *want = &kinds[kind];
	gboolean english = strcmp(language, "en") == 0;
	g_autoptr(TdLetter) letter = make_letter(kind, language);
	g_autoptr(TdMessage) message = NULL;
	TdExtension reply_to = { 0 };

	g_test_message("%s in %s", td_letter_kind_name(kind), language);
	desk->ticket->number = letter->ticket;
	message = compose(desk, letter);
	g_assert_cmpstr(message->subject, ==,
	    english || want->subject_russian == NULL ? want->subject
	                                             : want->subject_russian);
	g_assert_cmpstr(td_message_from(message), ==, SUPPORT);
	g_assert_cmpstr(first(message->from)->name, ==,
	    !english && strcmp(want->from, VIA) == 0 ? VIA_RUSSIAN
	                                             : want->from);
	g_assert_cmpstr(first(message->to)->address, ==,
	    td_letter_kind_is_public(kind) ? ANNA : OLGA);
	read_reply_to(desk, message, &reply_to);
	g_assert_cmpint(reply_to.kind, ==, want->reply_to);
	g_assert_cmpuint(reply_to.ticket, ==, letter->ticket);
	g_assert_cmpuint(
	    reply_to.person, ==, want->reply_to == TD_TOKEN_REPLY ? 0 : PERSON);
	g_assert_cmpuint(reply_to.hold, ==, kind == TD_LETTER_CONFIRM ? 3 : 0);
	g_assert_cmpstr(header(message, "Auto-Submitted"), ==, want->automatic);
	g_assert_cmpstr(
	    header(message, "X-Ticketd-Loop"), ==, message->message_id);
	g_assert_cmpstr(message->content_type, ==,
	    want->html ? "multipart/alternative" : "text/plain");
	assert_has(message->text, english ? want->english : want->russian);
	assert_lacks(message->text, "{");
	assert_lacks(message->text, "\n\n\n");
	assert_lacks(message->text, "  ");
}

static void
test_each_kind_says_what_it_must(Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	for (TdLetterKind kind = 0; kind < TD_LETTER_KINDS; kind++) {
		TdLetterKind read = TD_LETTER_KINDS;

		g_assert_cmpstr(
		    td_letter_kind_name(kind), ==, kinds[kind].name);
		g_assert_true(
		    td_letter_kind_from_name(kinds[kind].name, &read));
		g_assert_cmpint(read, ==, kind);
		check_kind(desk, kind, "en");
		check_kind(desk, kind, "ru");
	}
}

static void
test_unknown_kind_is_none(void)
{
	TdLetterKind kind = TD_LETTER_NOTE;

	g_assert_false(td_letter_kind_from_name("nonsense", &kind));
	g_assert_false(td_letter_kind_from_name("", &kind));
	g_assert_false(td_letter_kind_from_name(NULL, &kind));
	g_assert_cmpint(kind, ==, TD_LETTER_NOTE);
}

static void
test_no_letter_to_customers_holds_a_secret(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	for (TdLetterKind kind = 0; kind < TD_LETTER_KINDS; kind++) {
		g_autoptr(TdLetter) letter = make_letter(kind, "en");
		g_autoptr(TdMessage) message = compose(desk, letter);
		const char *reply_to = first(message->reply_to)->address;

		if (!td_letter_kind_is_public(kind))
			continue;
		g_assert_false(
		    td_token_leaks(message->text, strlen(message->text)));
		g_assert_false(td_token_leaks(reply_to, strlen(reply_to)));
	}
}

/* The rule cuts our footer off when an answer quotes it: what stands below must
 * not be taken for new text. */
static void
test_rule_stands_between_text_and_footer(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	for (TdLetterKind kind = TD_LETTER_REPLY; kind <= TD_LETTER_CONFIRM;
	     kind++) {
		g_autoptr(TdLetter) letter = make_letter(kind, "ru");
		g_autoptr(TdMessage) message = NULL;
		const char *rule;
		const char *text;

		letter->quote = g_strdup("Earlier.\n> Before.");
		message = compose(desk, letter);
		text = strstr(message->text, "It burns.");
		rule = strstr(message->text, RULE);
		g_assert_nonnull(text);
		g_assert_nonnull(rule);
		g_assert_true(text < rule);
		if (kind != TD_LETTER_DIGEST)
			g_assert_true(g_str_has_suffix(
			    rule, "\n\n> Earlier.\n>> Before.\n"));
	}
}

/* ---- links ---- */

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

static void
test_answers_that_stay_inside_are_told_from_others(void)
{
	for (TdLetterKind kind = 0; kind < TD_LETTER_KINDS; kind++)
		g_assert_false(td_letter_kind_is_public(kind) &&
		    td_letter_kind_is_internal(kind));
	g_assert_true(td_letter_kind_is_internal(TD_LETTER_NOTE));
	g_assert_true(td_letter_kind_is_internal(TD_LETTER_STRANGER));
	g_assert_false(td_letter_kind_is_internal(TD_LETTER_MESSAGE));
	g_assert_false(td_letter_kind_is_internal(TD_LETTER_REPLIED));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	ADD("kinds", NULL, test_each_kind_says_what_it_must);
	g_test_add_func("/letter/kinds/unknown", test_unknown_kind_is_none);
	g_test_add_func("/letter/kinds/inside",
	    test_answers_that_stay_inside_are_told_from_others);
	ADD("kinds/secret", NULL, test_no_letter_to_customers_holds_a_secret);
	ADD("kinds/rule", NULL, test_rule_stands_between_text_and_footer);
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
