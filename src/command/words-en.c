/* words-en.c - the words of commands in English */

#include "config.h"

#include "command/words.h"

static const TdVerbText verbs[TD_VERBS] = {
	[TD_VERB_REPLY] = { "reply, public", "[: TEXT]",
	    "the text goes to the customer (as without it)" },
	[TD_VERB_NOTE] = { "note, internal, private", "[: TEXT]",
	    "the text stays inside" },
	[TD_VERB_ASSIGN] = { "assign, owner", " WHO|me|-", "whose it is now" },
	[TD_VERB_TAKE] = { "take, claim", "", "it is yours" },
	[TD_VERB_DROP] = { "drop, release, unassign", "",
	    "it is yours no longer" },
	[TD_VERB_QUEUE] = { "queue", " NAME", "into another queue" },
	[TD_VERB_WATCH] = { "watch, follow, subscribe", "",
	    "get mail about it" },
	[TD_VERB_UNWATCH] = { "unwatch, unfollow, mute", "",
	    "get no mail about it" },
	[TD_VERB_CC] = { "cc, copy", " +ADDR -ADDR",
	    "who gets copies of public mail" },
	[TD_VERB_REQUESTER] = { "requester, customer, client", " ADDR",
	    "whose ticket it is" },
	[TD_VERB_PRIORITY] = { "priority, prio", " 1-5|urgent|...|low",
	    "how important; 1 is most" },
	[TD_VERB_URGENCY] = { "urgency", " 1-5|high|low|-", "how soon" },
	[TD_VERB_IMPACT] = { "impact", " 1-5|high|low|-", "how many suffer" },
	[TD_VERB_TYPE] = { "type", " WORD", "incident, request, problem ..." },
	[TD_VERB_SERVICE] = { "service", ": TEXT|-",
	    "which service it is about" },
	[TD_VERB_EQUIPMENT] = { "equipment", ": TEXT|-",
	    "which device it is about" },
	[TD_VERB_FIELD] = { "field", " NAME: TEXT|-", "any field by its name" },
	[TD_VERB_DUE] = { "due, deadline", " TIME|-", "done by then" },
	[TD_VERB_TAG] = { "tag, tags, label", " +x -y =z",
	    "marks it, unmarks it" },
	[TD_VERB_TITLE] = { "title, subject", ": TEXT", "a new subject" },
	[TD_VERB_TIME] = { "time, spent, worked", " MINUTES",
	    "how long you worked" },
	[TD_VERB_CLOSE] = { "close, closed", "[: TEXT]",
	    "the end; TEXT goes to the customer",
	    "it is solved; TEXT is for us" },
	[TD_VERB_RESOLVE] = { "resolve, resolved, solved, solve, done",
	    "[: TEXT]", "solved; closes after some days" },
	[TD_VERB_REOPEN] = { "reopen, re-open, open", "", "open again",
	    "it is not solved" },
	[TD_VERB_PENDING] = { "pending, snooze, postpone, defer", " TIME",
	    "sleeps until then" },
	[TD_VERB_SPAM] = { "spam, junk", "", "rubbish: out of all lists" },
	[TD_VERB_MERGE] = { "merge", " N", "becomes part of ticket N" },
	[TD_VERB_SPLIT] = { "split", " [N]", "message N becomes a ticket" },
	[TD_VERB_LINK] = { "link, relate", " TYPE N",
	    "parent, child, related, duplicate, blocks, blocked-by" },
	[TD_VERB_DUPLICATE] = { "duplicate, dup, dupe", " N",
	    "closes it: N is the same" },
	[TD_VERB_FORWARD] = { "forward, fwd", " ADDR",
	    "sends the message to ADDR" },
	[TD_VERB_REMIND] = { "remind, reminder", " TIME[: TEXT]",
	    "writes to you then" },
	[TD_VERB_CANNED] = { "canned", " NAME", "a prepared answer" },
	[TD_VERB_STATUS] = { "status", "", "how it stands",
	    "how your ticket stands" },
	[TD_VERB_HISTORY] = { "history, log", " [N]", "what happened" },
	[TD_VERB_LIST] = { "list, tickets",
	    " [mine|new|waiting|overdue|breached|unowned|queue X]", "tickets",
	    "all your tickets" },
	[TD_VERB_SEARCH] = { "search, find", ": WORDS", "tickets with words" },
	[TD_VERB_REPORT] = { "report", " NAME", "figures" },
	[TD_VERB_HELP] = { "help, commands", "", "this text" },
	[TD_VERB_ACK] = { "ack, acknowledge", "", "you have seen it" },
	[TD_VERB_AWAY] = { "away, vacation, absent", " TIME|- [NAME]",
	    "no new tickets until then; NAME is your deputy" },
	[TD_VERB_ADD_ADDRESS] = { "add-address", " ADDR",
	    "you write from there too" },
	[TD_VERB_ECHO] = { "echo", " on|off", "always tell what was done" },
	[TD_VERB_UNDO] = { "undo, revert", "",
	    "takes back your last change (one hour)" },
	[TD_VERB_GO] = { "go, continue, proceed", "",
	    "run it, with mended lines below" },
	[TD_VERB_STOP] = { "stop, quit", "", "nothing below is read" },
	[TD_VERB_RATE] = { "rate, rating", " 1-5[: TEXT]",
	    "how we did; 5 is best" },
	[TD_VERB_UNSUBSCRIBE] = { "unsubscribe", "",
	    "no more mail about this ticket" },
	[TD_VERB_LANG] = { "lang, language", " XX",
	    "your language: en, ru ..." },
};

static const TdValue values[] = {
	{ TD_VALUE_ME, "me, myself", 0, NULL },
	{ TD_VALUE_NONE, "none, nobody, nothing", 0, NULL },
	{ TD_VALUE_LEVEL, "urgent, critical, highest", 1, NULL },
	{ TD_VALUE_LEVEL, "high, important", 2, NULL },
	{ TD_VALUE_LEVEL, "normal, medium, default", 3, NULL },
	{ TD_VALUE_LEVEL, "minor, lower", 4, NULL },
	{ TD_VALUE_LEVEL, "low, lowest", 5, NULL },
	{ TD_VALUE_LINK, "parent", 0, "parent" },
	{ TD_VALUE_LINK, "child", 0, "child" },
	{ TD_VALUE_LINK, "related, relates, see", 0, "related" },
	{ TD_VALUE_LINK, "duplicate, dup, dupe, duplicates", 0, "duplicate" },
	{ TD_VALUE_LINK, "blocks, blocking", 0, "blocks" },
	{ TD_VALUE_LINK, "blocked-by, blocked", 0, "blocked-by" },
	{ TD_VALUE_LIST, "mine, my", 0, "mine" },
	{ TD_VALUE_LIST, "new", 0, "new" },
	{ TD_VALUE_LIST, "overdue, late", 0, "overdue" },
	{ TD_VALUE_LIST, "breached", 0, "breached" },
	{ TD_VALUE_LIST, "unowned, unassigned", 0, "unowned" },
	{ TD_VALUE_LIST, "waiting", 0, "waiting" },
	{ TD_VALUE_LIST, "queue", 0, "queue" },
	{ TD_VALUE_REPORT,
	    "day, week, month, quarter, year, today, yesterday, daily, "
	    "weekly, monthly, yearly, agents, queues, customers, ratings",
	    0, NULL },
	{ TD_VALUE_SWITCH, "on, yes", 0, "on" },
	{ TD_VALUE_SWITCH, "off, no", 0, "off" },
	{ TD_VALUE_LANGUAGE, "english", 0, "en" },
	{ TD_VALUE_LANGUAGE, "russian", 0, "ru" },
	{ TD_VALUE_LANGUAGE, "german", 0, "de" },
	{ TD_VALUE_LANGUAGE, "french", 0, "fr" },
	{ TD_VALUE_LANGUAGE, "spanish", 0, "es" },
	{ TD_VALUE_LANGUAGE, "italian", 0, "it" },
	{ TD_VALUE_LANGUAGE, "polish", 0, "pl" },
	{ TD_VALUE_LANGUAGE, "ukrainian", 0, "uk" },
	{ TD_VALUE_DEPUTY, "deputy, deputy:", 0, NULL },
	{ TD_VALUE_NOISE,
	    "until, till, by, at, on, in, to, for, into, with, of", 0, NULL },
	{ TD_VALUE_SECONDS, "m, min, mins, minute, minutes", 60, NULL },
	{ TD_VALUE_SECONDS, "h, hr, hrs, hour, hours", 3600, NULL },
	{ TD_VALUE_DAYS, "d, day, days", 1, NULL },
	{ TD_VALUE_DAYS, "w, wk, week, weeks", 7, NULL },
	{ TD_VALUE_AHEAD, "today", 0, NULL },
	{ TD_VALUE_AHEAD, "tomorrow", 1, NULL },
	{ TD_VALUE_WEEKDAY, "mon, monday", 1, NULL },
	{ TD_VALUE_WEEKDAY, "tue, tues, tuesday", 2, NULL },
	{ TD_VALUE_WEEKDAY, "wed, wednesday", 3, NULL },
	{ TD_VALUE_WEEKDAY, "thu, thur, thurs, thursday", 4, NULL },
	{ TD_VALUE_WEEKDAY, "fri, friday", 5, NULL },
	{ TD_VALUE_WEEKDAY, "sat, saturday", 6, NULL },
	{ TD_VALUE_WEEKDAY, "sun, sunday", 7, NULL },
	{ TD_VALUE_MONTH, "jan, january", 1, NULL },
	{ TD_VALUE_MONTH, "feb, february", 2, NULL },
	{ TD_VALUE_MONTH, "mar, march", 3, NULL },
	{ TD_VALUE_MONTH, "apr, april", 4, NULL },
	{ TD_VALUE_MONTH, "may", 5, NULL },
	{ TD_VALUE_MONTH, "jun, june", 6, NULL },
	{ TD_VALUE_MONTH, "jul, july", 7, NULL },
	{ TD_VALUE_MONTH, "aug, august", 8, NULL },
	{ TD_VALUE_MONTH, "sep, sept, september", 9, NULL },
	{ TD_VALUE_MONTH, "oct, october", 10, NULL },
	{ TD_VALUE_MONTH, "nov, november", 11, NULL },
	{ TD_VALUE_MONTH, "dec, december", 12, NULL },
	{ TD_VALUE_HOUR, "morning", 9, NULL },
	{ TD_VALUE_HOUR, "noon, midday", 12, NULL },
	{ TD_VALUE_HOUR, "evening", 18, NULL },
	{ TD_VALUE_FILLER,
	    "please, pls, thanks, it, this, that, ticket, now, the", 0, NULL },
	{ TD_VALUE_HALF, "am", 0, NULL },
	{ TD_VALUE_HALF, "pm", 12, NULL },
};

const TdLanguage td_language_en = {
	.code = "en",
	.verbs = verbs,
	.values = values,
	.values_count = G_N_ELEMENTS(values),
	.solved = "solved",
	.alone = "done",
	.everyday =
	    "about, acknowledged, actually, agreed, all, already, also, "
	    "always, and, anna, answer, any, apply, are, assist, at, awake, "
	    "aware, because, behind, both, bug, but, can, case, cause, "
	    "changed, check, chose, class, classes, clean, clear, clearly, "
	    "clock, clone, cloth, clothes, cloud, cool, correct, could, "
	    "date, dates, dear, did, does, door, each, elena, even, ever, "
	    "face, false, filed, fine, first, five, fix, fixed, follows, for, "
	    "forwards, friend, from, gmail, god, good, got, great, had, "
	    "happy, has, have, held, helen, hell, hello, here, hey, hi, "
	    "historic, how, however, if, in, indeed, is, issue, it, its, "
	    "just, kind, last, late, later, least, left, less, let, life, "
	    "like, likely, linda, line, lines, links, lisa, lists, local, "
	    "long, look, looks, loose, lose, lost, love, mail, make, many, "
	    "maria, mark, marry, may, maybe, me, merci, mercy, mike, mine, "
	    "more, most, name, near, new, next, nice, no, none, nope, nose, "
	    "not, noted, nothing, notice, now, of, off, ok, okay, once, "
	    "one, only, opened, or, order, other, our, output, over, page, "
	    "part, perfect, peter, place, plain, please, printer, problem, "
	    "quick, quickly, quiet, quite, rare, rates, rather, rating, "
	    "ready, real, really, regards, relax, remain, replay, replied, "
	    "reports, resolves, result, right, roger, same, save, say, see, "
	    "seen, send, sending, sent, she, shop, shot, sick, sir, so, "
	    "soon, sorry, span, spit, state, states, statue, step, still, "
	    "stuff, subjects, such, super, sure, system, table, taken, "
	    "takes, tale, talk, tape, taxi, team, test, texas, texts, than, "
	    "thank, thanks, that, the, then, there, these, they, this, "
	    "those, three, tie, tight, tiles, times, to, toke, took, top, "
	    "touch, true, try, two, typed, types, typical, typo, under, up, "
	    "update, us, user, very, waiting, was, wash, water, way, we, "
	    "week, weird, well, went, were, what, when, where, which, "
	    "while, who, why, will, with, words, wow, yes, you, your",
};
