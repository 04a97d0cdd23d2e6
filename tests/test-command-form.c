/* test-command-form.c - how commands are typed, and what customers may say */

#include "config.h"

#include "command-fixture.h"

static const CommandRow forms[] = {
	{ "CLOSE", "close" },
	{ " close ", "close" },
	{ "Close.", "close" },
	{ "close。", "close" },
	{ "\357\273\277Close", "close" },
	{ "clo\342\200\213se", "close" },
	{ "close\302\240", "close" },
	{ "assign\302\240me", "assign me" },
	{ "assign\tme\r", "assign me" },
	{ "\357\275\203\357\275\214\357\275\217\357\275\223\357\275\205",
	    "close" },
	{ "priority\357\274\232\357\274\221", "priority 1" },
	{ "priority\357\274\235 1", "priority 1" },
	{ "close\357\274\233 assign me", "close, assign me" },
	{ "cc \342\200\223a@b.example", "cc -a@b.example" },
	{ "tag \342\210\222old \357\274\213new", "tag +new -old" },
	{ "due \342\200\224", "due" },
	{ "title: \342\200\234Smart\342\200\235 quotes \342\200\223 and dashes",
	    "title \"“Smart” quotes – and dashes\"" },
	{ "assign \342\200\234olga\342\200\235", "assign olga" },
	{ "assign \302\253olga\302\273", "assign olga" },
	{ "assign 'olga'", "assign olga" },
	{ "queue \"network core\"", "queue network core" },
	{ "\342\204\22615 close", "#15 close" },
	{ "#12 close", "#12 close" },
	{ "#12: close", "#12 close" },
	{ "#12  close.", "#12 close" },
	{ "#12 Close: all of it", "#12 close \"all of it\"" },
	{ "#999999999999999999 close", "#999999999999999999 close" },
	{ "#99999999999999999999 close", "/ #99999999999999999999 close" },
	{ "merge 99999999999999999999", "?argument 1 (merge N)" },
	{ "Priority 1.", "priority 1" },
	{ "tag: a,b , c", "tag +a +b +c" },
	{ "Due 01.12.2026.", "due @2026-12-01T18:00:00Z" },
	{ "due 1.12.", "due @2026-12-01T18:00:00Z" },
	{ "title: ends with a dot.", "title \"ends with a dot.\"" },
	{ "title:", "/ title:" },
	{ "title", "?argument 1 (title: TEXT)" },
	{ "close:", "close" },
	{ "note:", "note" },
	{ "close :done", "close \"done\"" },
	{ "close= done", "close \"done\"" },
	{ "close =done", "close \"done\"" },
	{ "cc =a@b.example", "cc =a@b.example" },
	{ "priority  =  1", "priority 1" },
	{ "\360\235\220\234\360\235\220\245\360\235\220\250\360\235\220\254\360"
	  "\235\220\236",
	    "close" },
	{ "assign me,", "/ assign me," },
	{ "-close", "/ -close" },
	{ "* close", "/ * close" },
	{ "assign  me   you", "/ assign  me   you" },
};

static const CommandRow customers[] = {
	{ "status", "status" },
	{ "Status.", "status" },
	{ "статус", "status" },
	{ "close", "close" },
	{ "Close: thanks, it works", "close \"thanks, it works\"" },
	{ "solved", "close" },
	{ "Solved!", "/ Solved!" },
	{ "done", "close" },
	{ "done\nThanks!", "close / Thanks!" },
	{ "done\nI sent you the file.", "/ done|I sent you the file." },
	{ "Done.\n\nstop", "close, stop" },
	{ "готово\nФайл во вложении", "/ готово|Файл во вложении" },
	{ "решено", "close" },
	{ "Решено: всё заработало", "close \"всё заработало\"" },
	{ "reopen", "reopen" },
	{ "открыть", "reopen" },
	{ "rate 5", "rate 5" },
	{ "rate 5: very good", "rate 5 \"very good\"" },
	{ "Rate: 4", "rate 4" },
	{ "rate=3", "rate 3" },
	{ "оценка 5", "rate 5" },
	{ "оценка 5: спасибо!", "rate 5 \"спасибо!\"" },
	{ "rate 9", "/ rate 9" },
	{ "rate 5 very good", "/ rate 5 very good" },
	{ "#rate 9", "?argument 1 (оценка 1-5[: ТЕКСТ])" },
	{ "#rate 5 very good", "?argument 1 (оценка 1-5[: ТЕКСТ])" },
	{ "list", "list" },
	{ "список", "list" },
	{ "list mine", "list mine" },
	{ "unsubscribe", "unsubscribe" },
	{ "отписаться", "unsubscribe" },
	{ "lang ru", "lang ru" },
	{ "lang RU", "lang ru" },
	{ "lang pt-BR", "lang pt-br" },
	{ "язык русский", "lang ru" },
	{ "lang german", "lang de" },
	{ "lang please", "/ lang please" },
	{ "help", "help" },
	{ "помощь", "help" },
	{ "Help me please", "/ Help me please" },
	{ "Help! My printer burns", "/ Help! My printer burns" },
	{ "close\nstop\n-- \nregards", "close, stop" },
	{ "close\n\nThe printer works again.",
	    "close / The printer works again." },
	{ "stop", "/ stop" },
	{ "Stop.\nDo not delete my data", "/ Stop.|Do not delete my data" },
	{ "assign me", "/ assign me" },
	{ "take", "/ take" },
	{ "note", "/ note" },
	{ "undo", "/ undo" },
	{ "spam", "/ spam" },
	{ "#assign olga", "?customer 1" },
	{ "!assign", "?customer 1" },
	{ "#note: x", "?customer 1" },
	{ "#spam", "?customer 1" },
	{ "#search: x", "?customer 1" },
	{ "#clsoe", "?unknown 1 <#close>" },
	{ "#colour", "/ #colour" },
	{ "#Bestellung 4711", "/ #Bestellung 4711" },
	{ "clsoe", "/ clsoe" },
	{ "закртыь", "/ закртыь" },
	{ "pfrhsnm", "/ pfrhsnm" },
	{ "Close the window first", "/ Close the window first" },
	{ "Status of my order", "/ Status of my order" },
	{ "#12 close", "#12 close" },
	{ "#12 status", "#12 status" },
	{ "#12 is my order", "/ #12 is my order" },
	{ "Hello\n\n#close", "close / Hello|" },
	{ "Hello\n#nice", "/ Hello|#nice" },
	{ "Hello\n#assign me", "?customer 2 / Hello|" },
	{ "list; status", "list, status" },
	{ "list; hello", "/ list; hello" },
	{ "close: fine; thanks", "close \"fine; thanks\"" },
};

static void
test_how_it_is_typed_does_not_matter(void)
{
	TdCommandContext context = english_agent();

	check_rows(forms, G_N_ELEMENTS(forms), &context);
}

static void
test_customers_have_commands_of_their_own(void)
{
	TdCommandContext context = customer();

	check_rows(customers, G_N_ELEMENTS(customers), &context);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/command/form", test_how_it_is_typed_does_not_matter);
	g_test_add_func(
	    "/command/customer", test_customers_have_commands_of_their_own);
	return g_test_run();
}
