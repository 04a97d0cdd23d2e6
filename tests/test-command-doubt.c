/* test-command-doubt.c - what looks like a misspelt command */

#include "config.h"

#include "command-fixture.h"

static const CommandRow english[] = {
	{ "clsoe", "?doubt 1 <close>" },
	{ "clos", "?doubt 1 <close>" },
	{ "closse", "?doubt 1 <close>" },
	{ "cloze", "?doubt 1 <close>" },
	{ "lcose", "?doubt 1 <close>" },
	{ "tkae", "?doubt 1 <take>" },
	{ "tak", "?doubt 1 <take>" },
	{ "drpo", "?doubt 1 <drop>" },
	{ "watchh", "?doubt 1 <watch>" },
	{ "unwacth", "?doubt 1 <unwatch>" },
	{ "statsu", "?doubt 1 <status>" },
	{ "statuus", "?doubt 1 <status>" },
	{ "histroy", "?doubt 1 <history>" },
	{ "histroy 5", "?doubt 1 <history 5>" },
	{ "lsit", "?doubt 1 <list>" },
	{ "list mien",
	    "?argument 1 <list mine> (list "
	    "[mine|new|waiting|overdue|breached|unowned|queue X])" },
	{ "list ovrdue",
	    "?argument 1 <list overdue> (list "
	    "[mine|new|waiting|overdue|breached|unowned|queue X])" },
	{ "hlep", "?doubt 1 <help>" },
	{ "asign me", "?doubt 1 <assign me>" },
	{ "assgin olga", "?doubt 1 <assign olga>" },
	{ "asing olga", "?doubt 1 <assign olga>" },
	{ "Assignn: olga", "?doubt 1 <assign: olga>" },
	{ "prioritty 1", "?doubt 1 <priority 1>" },
	{ "pirority: high", "?doubt 1 <priority: high>" },
	{ "priority urgnet",
	    "?argument 1 <priority urgent> (priority 1-5|urgent|...|low)" },
	{ "priority 9", "?argument 1 (priority 1-5|urgent|...|low)" },
	{ "priority: 0", "?argument 1 (priority 1-5|urgent|...|low)" },
	{ "priority hihg",
	    "?argument 1 <priority high> (priority 1-5|urgent|...|low)" },
	{ "qeueu billing", "?doubt 1 <queue billing>" },
	{ "quueue billing", "?doubt 1 <queue billing>" },
	{ "tga +vip", "?doubt 1 <tag +vip>" },
	{ "deu tomorrow", "?doubt 1 <due tomorrow>" },
	{ "deu fri 10:00", "?doubt 1 <due fri 10:00>" },
	{ "due tomorow", "?argument 1 <due tomorrow> (due TIME|-)" },
	{ "due tomorow 9:00", "?argument 1 <due tomorrow 9:00> (due TIME|-)" },
	{ "pendng 3d", "?doubt 1 <pending 3d>" },
	{ "pending 3x", "?argument 1 (pending TIME)" },
	{ "pending fryday", "?argument 1 <pending friday> (pending TIME)" },
	{ "pending 2020-01-01", "pending @2020-01-01T09:00:00Z" },
	{ "reopn", "?doubt 1 <reopen>" },
	{ "resovle", "?doubt 1 <resolve>" },
	{ "solvd", "?doubt 1 <solved>" },
	{ "slpit 2", "?doubt 1 <split 2>" },
	{ "split x2", "?argument 1 (split [N])" },
	{ "merg 15", "?doubt 1 <merge 15>" },
	{ "mereg #15", "?doubt 1 <merge #15>" },
	{ "merge abc", "/ merge abc" },
	{ "merge #abc", "?argument 1 (merge N)" },
	{ "merge: all of them", "?argument 1 (merge N)" },
	{ "linkk parent 15", "?doubt 1 <link parent 15>" },
	{ "link paretn 15", "?argument 1 <link parent 15> (link TYPE N)" },
	{ "forwrad anna@example.net", "?doubt 1 <forward anna@example.net>" },
	{ "forward anna@", "?argument 1 (forward ADDR)" },
	{ "forward to anna@@example.net", "?argument 1 (forward ADDR)" },
	{ "cc anna@", "?argument 1 (cc +ADDR -ADDR)" },
	{ "cc anna@example.net and bob", "?argument 1 (cc +ADDR -ADDR)" },
	{ "requster anna@example.net",
	    "?doubt 1 <requester anna@example.net>" },
	{ "add adress anna@example.net",
	    "?doubt 1 <add-address anna@example.net>" },
	{ "add-adress anna@example.net",
	    "?doubt 1 <add-address anna@example.net>" },
	{ "remnid 2h: ring", "?doubt 1 <remind 2h: ring>" },
	{ "remind: call Anna tomorrow", "?argument 1 (remind TIME[: TEXT])" },
	{ "remind 2z", "?argument 1 (remind TIME[: TEXT])" },
	{ "titel: Printer", "?doubt 1 <title: Printer>" },
	{ "titl: Printer", "?doubt 1 <title: Printer>" },
	{ "noet", "?doubt 1 <note>" },
	{ "noet: he is angry", "?doubt 1 <note: he is angry>" },
	{ "notes: he is angry", "?doubt 1 <note: he is angry>" },
	{ "Notes", "?doubt 1 <note>" },
	{ "nte: he is angry", "?doubt 1 <note: he is angry>" },
	{ "repyl: Hello", "?doubt 1 <reply: Hello>" },
	{ "awya fri", "?doubt 1 <away fri>" },
	{ "away fri 25:00", "?argument 1 (away TIME|- [NAME])" },
	{ "eco on", "?doubt 1 <echo on>" },
	{ "ehco on", "?doubt 1 <echo on>" },
	{ "echo onn", "?argument 1 (echo on|off)" },
	{ "undoo", "?doubt 1 <undo>" },
	{ "und", "?doubt 1 <undo>" },
	{ "spma", "?doubt 1 <spam>" },
	{ "stpo", "?doubt 1 <stop>" },
	{ "assign", "?argument 1 (assign WHO|me|-)" },
	{ "priority", "?argument 1 (priority 1-5|urgent|...|low)" },
	{ "Queue", "?argument 1 (queue NAME)" },
	{ "merge", "?argument 1 (merge N)" },
	{ "title", "?argument 1 (title: TEXT)" },
	{ "cc", "?argument 1 (cc +ADDR -ADDR)" },
	{ "echo", "?argument 1 (echo on|off)" },
	{ "time 10:00", "?argument 1 (time MINUTES)" },
	{ "time=soon", "?argument 1 (time MINUTES)" },
	{ "status=done", "?argument 1 (status)" },
	{ "close=done", "close \"done\"" },
	{ "take it", "?argument 1 <take> (take)" },
	{ "take it please", "?argument 1 <take> (take)" },
	{ "close this ticket", "?argument 1 <close> (close[: TEXT])" },
	{ "Close, please", "/ Close, please" },
	{ "close it now", "?argument 1 <close> (close[: TEXT])" },
	{ "assign me please", "?argument 1 <assign me> (assign WHO|me|-)" },
	{ "priority 1 please",
	    "?argument 1 <priority 1> (priority 1-5|urgent|...|low)" },
	{ "spam please!", "?argument 1 <spam> (spam)" },
	{ "tag: a@b c", "?argument 1 (tag +x -y =z)" },
	{ "due: when you can", "/ due: when you can" },
	{ "sdfsdf=1", "/ sdfsdf=1" },
	{ "сдщыу", "?doubt 1 <close>" },
	{ "фыышпт ьу", "?doubt 1 <assign me>" },
	{ "фыышпт ьу.", "?doubt 1 <assign me>" },
	{ "ефлу", "?doubt 1 <take>" },
	{ "takes", "/ takes" },
	{ "rate 5", "?unknown 1" },
	{ "lang ru", "?unknown 1" },
	{ "assign me; clsoe", "?doubt 1 <assign me; close>" },
	{ "take; and then we will see", "?doubt 1" },
	{ "take; priority 9", "?argument 1 (priority 1-5|urgent|...|low)" },
	{ "close: done; asign me", "?doubt 1 <close: done; assign me>" },
	{ "close: done; thanks; spam", "close \"done; thanks\", spam" },
	{ ";take;;", "take" },
	{ "#close it", "?argument 1 <#close> (close[: TEXT])" },
	{ "#colour", "?unknown 1" },
	{ "#clsoe", "?unknown 1 <#close>" },
	{ "!tkae", "?unknown 1 <!take>" },
	{ "#priority 9", "?argument 1 (priority 1-5|urgent|...|low)" },
	{ "#assign", "?argument 1 (assign WHO|me|-)" },
	{ "#cc bob", "?argument 1 (cc +ADDR -ADDR)" },
	{ "#search printer", "?not-yet 1" },
	{ "#report", "?not-yet 1" },
	{ "#123 clsoe", "?doubt 1 <#123 close>" },
	{ "#123 close it", "?argument 1 <#123 close> (close[: TEXT])" },
	{ "#123 priority 9", "?argument 1 (priority 1-5|urgent|...|low)" },
	{ "#123: close", "#123 close" },
	{ "#123, close", "#123 close" },
	{ "#123 #close", "#123 close" },
	{ "#0 close", "/ #0 close" },
	{ "#123", "/ #123" },
	{ "# close", "/ # close" },
	{ "!!! close", "/ !!! close" },
	{ "pending today", "pending @2026-11-22T09:00:00Z" },
	{ "due fri fri", "?argument 1 (due TIME|-)" },
	{ "titl: Printer", "?doubt 1 <title: Printer>" },
	{ "Tag along", "tag +along" },
	{ "Time", "?argument 1 (time MINUTES)" },
	{ "Remind me tomorrow please",
	    "?argument 1 <Remind me tomorrow> (remind TIME[: TEXT])" },
	{ "remind me tomorow",
	    "?argument 1 <remind me tomorrow> (remind TIME[: TEXT])" },
};

static const CommandRow russian[] = {
	{ "закртыь", "?doubt 1 <закрыть>" },
	{ "закырть", "?doubt 1 <закрыть>" },
	{ "закрыт", "?doubt 1 <закрыть>" },
	{ "зкарыть", "?doubt 1 <закрыть>" },
	{ "решенно", "?doubt 1 <решено>" },
	{ "взяьт", "?doubt 1 <взять>" },
	{ "взть", "?doubt 1 <взять>" },
	{ "отпусить", "?doubt 1 <отпустить>" },
	{ "следть", "?doubt 1 <следить>" },
	{ "не слеидть", "?doubt 1 <не следить>" },
	{ "назначиь мне", "?doubt 1 <назначить мне>" },
	{ "назначть ольга", "?doubt 1 <назначить ольга>" },
	{ "назначить", "?argument 1 (назначить КТО|мне|-)" },
	{ "приоретет 1", "?doubt 1 <приоритет 1>" },
	{ "приоритет 9", "?argument 1 (приоритет 1-5|срочный|...|низкий)" },
	{ "приоритет срочно", "priority 1" },
	{ "приоритет срочнй",
	    "?argument 1 <приоритет срочный> (приоритет "
	    "1-5|срочный|...|низкий)" },
	{ "приоритет высокй",
	    "?argument 1 <приоритет высокий> (приоритет "
	    "1-5|срочный|...|низкий)" },
	{ "очредь продажи", "?doubt 1 <очередь продажи>" },
	{ "обьединить 15", "?doubt 1 <объединить 15>" },
	{ "объеденить 15", "?doubt 1 <объединить 15>" },
	{ "отложть 3д", "?doubt 1 <отложить 3д>" },
	{ "отложить пятнца",
	    "?argument 1 <отложить пятница> (отложить ВРЕМЯ)" },
	{ "отложить до завтар",
	    "?argument 1 <отложить до завтра> (отложить ВРЕМЯ)" },
	{ "замтека: сердит", "?doubt 1 <заметка: сердит>" },
	{ "заметк", "?doubt 1 <заметка>" },
	{ "заметки: сердит", "?doubt 1 <заметка: сердит>" },
	{ "статсу", "?doubt 1 <статус>" },
	{ "отмнеа", "?doubt 1 <отмена>" },
	{ "спма", "?doubt 1 <спам>" },
	{ "слить с 15 заявкой", "/ слить с 15 заявкой" },
	{ "тмеа: Принтер", "?doubt 1 <тема: Принтер>" },
	{ "закрыть пожалуйста", "?argument 1 <закрыть> (закрыть[: ТЕКСТ])" },
	{ "взять заявку", "?argument 1 <взять> (взять)" },
	{ "закрыть её", "?argument 1 <закрыть> (закрыть[: ТЕКСТ])" },
	{ "pfrhsnm", "?doubt 1 <закрыть>" },
	{ "pfrhsnm.", "?doubt 1 <закрыть>" },
	{ "yfpyfxbnm vyt", "?doubt 1 <назначить мне>" },
	{ "ghbjhbntn 1", "?doubt 1 <приоритет 1>" },
	{ "jnkj;bnm 3l", "?doubt 1 <отложить 3д>" },
	{ "j,]tlbybnm 15", "?doubt 1 <объединить 15>" },
	{ "ntu +dbg", "?doubt 1 <тег +вип>" },
	{ "cnfnec", "?doubt 1 <статус>" },
	{ "gjvjom", "?doubt 1 <помощь>" },
	{ "'[j drk", "?doubt 1 <эхо вкл>" },
	{ "close", "close" },
	{ "clsoe", "?doubt 1 <close>" },
	{ "сдщыу", "?doubt 1 <close>" },
	{ "#закртыь", "?unknown 1 <#закрыть>" },
	{ "!взять", "take" },
	{ "#взято", "?unknown 1 <#взять>" },
	{ "№15 закрыть", "#15 close" },
	{ "#15 зкарыть", "?doubt 1 <#15 закрыть>" },
};

static void
test_misspelt_commands_are_doubted(void)
{
	TdCommandContext context = english_agent();

	check_rows(english, G_N_ELEMENTS(english), &context);
}

static void
test_misspelt_russian_commands_are_doubted(void)
{
	TdCommandContext context = russian_agent();

	check_rows(russian, G_N_ELEMENTS(russian), &context);
}

static void
test_a_customer_is_never_doubted(void)
{
	TdCommandContext context = customer();

	for (gsize i = 0; i < G_N_ELEMENTS(english); i++) {
		g_autoptr(TdCommands)
		    commands = td_command_parse(english[i].text, &context);

		g_test_message("%s", english[i].text);
		if (strchr("#!", *english[i].text) == NULL)
			g_assert_cmpuint(commands->mistakes->len, ==, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
	    "/command/doubt/english", test_misspelt_commands_are_doubted);
	g_test_add_func("/command/doubt/russian",
	    test_misspelt_russian_commands_are_doubted);
	g_test_add_func(
	    "/command/doubt/customer", test_a_customer_is_never_doubted);
	return g_test_run();
}
