/* test-letter.c - the mails that the desk writes: each kind, its marks */

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
	TdTokenKind reply_to;  /* TD_TOKEN_KINDS: there is none */
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
	[TD_LETTER_MISSING] = { "missing", "[support #42] Printer on fire",
	    DESK_NAME, TD_TOKEN_REPLY, REPLIED, FALSE, "It burns.",
	    "It burns." },
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
	[TD_LETTER_DEADLINE] = { "deadline", "[support #42] Printer on fire",
	    VIA, TD_TOKEN_PERSONAL, GENERATED, TRUE, "It burns.", "It burns." },
	[TD_LETTER_ESCALATION] = { "escalation",
	    "[support #42] Printer on fire", VIA, TD_TOKEN_PERSONAL, GENERATED,
	    TRUE, "It burns.", "It burns." },
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
	[TD_LETTER_MONITOR] = { "monitor", "Printer on fire", DESK_NAME,
	    TD_TOKEN_KINDS, GENERATED, TRUE, "It burns.", "It burns." },
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
	if (want->reply_to != TD_TOKEN_KINDS) {
		read_reply_to(desk, message, &reply_to);
		g_assert_cmpint(reply_to.kind, ==, want->reply_to);
		g_assert_cmpuint(reply_to.ticket, ==, letter->ticket);
		g_assert_cmpuint(reply_to.person, ==,
		    want->reply_to == TD_TOKEN_REPLY ? 0 : PERSON);
		g_assert_cmpuint(
		    reply_to.hold, ==, kind == TD_LETTER_CONFIRM ? 3 : 0);
	} else {
		g_assert_cmpuint(message->reply_to->len, ==, 0);
	}
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
		const char *reply_to;

		if (!td_letter_kind_is_public(kind))
			continue;
		reply_to = first(message->reply_to)->address;
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

/* ---- who has no part in the ticket ---- */

static void
test_nobody_in_particular_gets_no_rights(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const TdLetterKind bare[] = { TD_LETTER_DEADLINE,
		TD_LETTER_ESCALATION, TD_LETTER_MONITOR };

	for (guint i = 0; i < G_N_ELEMENTS(bare); i++) {
		g_autoptr(TdLetter) letter = make_letter(bare[i], "en");
		g_autoptr(TdMessage) message = NULL;
		g_autofree char *personal = td_token_personal(
		    desk->keys, 42, PERSON, NULL);

		g_test_message("%s", td_letter_kind_name(bare[i]));
		letter->person = 0;
		g_free(letter->text);
		letter->text = g_strdup_printf(
		    "Write to support+%s@example.com", personal);
		message = compose(desk, letter);
		g_assert_cmpuint(message->reply_to->len, ==, 0);
		assert_lacks(message->text, "mailto:");
		assert_lacks(message->text, personal);
		g_assert_false(
		    td_token_leaks(message->text, strlen(message->text)));
		g_assert_cmpstr(
		    header(message, "X-Auto-Response-Suppress"), !=, "");
	}
}

static void
test_monitoring_system_gets_no_rights_whoever_it_is(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	g_autoptr(TdLetter) letter = make_letter(TD_LETTER_MONITOR, "en");
	g_autoptr(TdMessage) message = NULL;

	letter->person = PERSON;
	letter->team = TRUE;
	message = compose(desk, letter);
	g_assert_cmpuint(message->reply_to->len, ==, 0);
	assert_lacks(message->text, "mailto:");
}

/* ---- hostile values ---- */

static void
test_hostile_values_stay_where_they_are(
    Desk *desk, gconstpointer unused G_GNUC_UNUSED)
{
	static const char evil[] = "{requester}\r\nBcc: x@evil.example\r\n\r\n"
	                           "\x1b[2J{{text} {nonsense}";

	for (TdLetterKind kind = 0; kind < TD_LETTER_KINDS; kind++) {
		g_autoptr(TdLetter) letter = make_letter(kind, "en");
		g_autoptr(TdMessage) message = NULL;

		g_test_message("%s", td_letter_kind_name(kind));
		set_text(&letter->subject, evil);
		set_text(&letter->author, evil);
		set_text(&letter->from_name, evil);
		set_text(&letter->text, evil);
		set_text(&letter->warning, evil);
		set_text(&letter->quote, evil);
		set_text(&letter->quote_author, evil);
		set_text(&desk->ticket->requester_name, evil);
		set_text(&desk->ticket->type, evil);
		desk->ticket->number = letter->ticket;
		message = compose(desk, letter);
		g_assert_cmpstr(header(message, "Bcc"), ==, "");
		assert_has(message->subject, "{requester}");
		assert_has(message->subject, "{nonsense}");
		assert_lacks(message->subject, "\n");
		assert_lacks(message->text, "\x1b");
	}
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
	ADD("bare", NULL, test_nobody_in_particular_gets_no_rights);
	ADD("bare/monitor", NULL,
	    test_monitoring_system_gets_no_rights_whoever_it_is);
	ADD("hostile", NULL, test_hostile_values_stay_where_they_are);

	return g_test_run();
}
