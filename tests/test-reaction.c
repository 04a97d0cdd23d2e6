/* test-reaction.c - a thumbs-up is no message, and a short message no thumbs-up
 */

#include "config.h"

#include <string.h>

#include "message-fixture.h"

static char *
reaction_of(const char *fields, const char *body)
{
	g_autofree char *raw = g_strdup_printf(
	    "From: Jane Doe <jane@example.org>\n%s\n%s", fields, body);
	g_autoptr(TdMessage) message = parse_text(raw);

	return g_strdup(message->reaction);
}

#define REPLY "In-Reply-To: <a@example.org>\n"
#define UTF8 REPLY "Content-Type: text/plain; charset=utf-8\n"

static void
test_what_programs_send_is_a_reaction(void)
{
	static const char *const rows[][3] = {
		{ UTF8 "Content-Disposition: reaction\n", "👍\r\n", "👍" },
		{ UTF8 "Content-Disposition: reaction\n", "❤️", "❤️" },
		{ REPLY "Content-Type: multipart/alternative; boundary=a\n",
		    "--a\nContent-Type: text/plain; charset=utf-8\n\n"
		    "🎉 Jane Doe reacted via Gmail\n--a\nContent-Type: "
		    "text/vnd.google.email-reaction+json\n\n"
		    "{\"emoji\":\"\\ud83c\\udf89\",\"version\":1}\n--a--\n",
		    "🎉" },
		{ UTF8,
		    "👍 \n\nJane Doe reacted via Gmail\n"
		    "<https://www.example.com/x?y=z>\n",
		    "👍" },
		{ UTF8,
		    "[like] Jane Doe reacted to your message:\n"
		    "________________________________\n"
		    "From: A <a@b>\nSent: Monday, 2 March 2026 10:00\n"
		    "Subject: x\n\ntext\n",
		    "👍" },
		{ UTF8, "Jane Doe liked your message:\n", "👍" },
		{ UTF8, "Reaction: 😀\n", "😀" },
		{ UTF8, "Loved “the new version”\n", "❤️" },
		{ UTF8, "Liked “it” \n\n> it\n", "👍" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = reaction_of(rows[i][0], rows[i][1]);

		g_assert_cmpstr(got, ==, rows[i][2]);
	}
}

static void
test_what_persons_write_is_none(void)
{
	static const char *const rows[][2] = {
		{ UTF8, "👍\n" },
		{ UTF8, "👍 thanks, please close\n" },
		{ UTF8, "👍 Jane Doe\n" },
		{ UTF8, "I reacted to your message\n" },
		{ UTF8, "Jane Doe reacted to your message\n" },
		{ UTF8, "👍 My boss reacted via Gmail\n" },
		{ UTF8, "👍 Jane Doe reacted via Gmail, close it\n" },
		{ UTF8, "Liked it\n" },
		{ UTF8, "Liked “it” but please change the colour\n" },
		{ UTF8, "Reaction: none so far\n" },
		{ UTF8, "Jane Doe liked your message:\n\nAnd I too.\n" },
		{ UTF8 "Content-Disposition: reaction\n", "please close\n" },
		{ REPLY "Content-Type: multipart/mixed; boundary=a\n",
		    "--a\n\nplease close\n--a\nContent-Type: text/plain; "
		    "charset=utf-8\nContent-Disposition: reaction\n\n👍\n--a--"
		    "\n" },
		/* It reacts to nothing. */
		{ "Content-Type: text/plain; charset=utf-8\n"
		  "Content-Disposition: reaction\n",
		    "👍\n" },
		{ REPLY "Content-Type: text/vnd.google.email-reaction+json\n",
		    "{\"emoji\":{}}" },
		{ REPLY "Content-Type: text/vnd.google.email-reaction+json\n",
		    "[[[" },
		{ REPLY, "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = reaction_of(rows[i][0], rows[i][1]);

		g_assert_cmpstr(got, ==, "");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	td_message_init();

	g_test_add_func(
	    "/reaction/programs", test_what_programs_send_is_a_reaction);
	g_test_add_func("/reaction/persons", test_what_persons_write_is_none);

	return g_test_run();
}
