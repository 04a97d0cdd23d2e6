/* test-store-fold.c - what events do to their ticket */

#include "config.h"

#include "store/store-private.h"
#include "store-fixture.h"

/* ---- one event, one field ---- */

typedef struct {
	TdEventKind kind;
	const char *key;
	const char *text; /* NULL: number */
	guint64 number;
	const char *want; /* of describe() */
} Fold;

/* What a fold may change, in one line. */
static char *
describe(const TdTicket *ticket)
{
	g_autofree char *tags = g_strjoinv(",", ticket->tags);
	g_autofree char *queues = g_strjoinv(",", ticket->watching_queues);
	const TdParticipant *first = ticket->participants->len > 0
	    ? ticket->participants->pdata[0]
	    : NULL;

	return g_strdup_printf("%s %s p%u q=%s o=%s r=%s t=%s s=%s due=%d "
	                       "m=%u into=%u tags=%s watch=%s with=%s",
	    td_status_name(ticket->status), ticket->spam ? "spam" : "ham",
	    ticket->priority, ticket->queue, ticket->owner, ticket->requester,
	    ticket->type, ticket->subject, (int)ticket->due,
	    (guint)ticket->messages, (guint)ticket->merged_into, tags, queues,
	    first != NULL ? first->address : "");
}

#define WITH(rest) rest " m=0 into=0 tags= watch= with="
#define PLAIN " q= o= r= t= s= due=0"

static const Fold folds[] = {
	{ TD_EVENT_STATUS, "to", "open", 0, WITH("open ham p3" PLAIN) },
	{ TD_EVENT_STATUS, "to", "asleep", 0, WITH("new ham p3" PLAIN) },
	{ TD_EVENT_PRIORITY, "to", NULL, 1, WITH("new ham p1" PLAIN) },
	{ TD_EVENT_PRIORITY, "to", NULL, 0, WITH("new ham p3" PLAIN) },
	{ TD_EVENT_PRIORITY, "to", NULL, 6, WITH("new ham p3" PLAIN) },
	{ TD_EVENT_OWNER, "to", "e@x", 0,
	    WITH("new ham p3 q= o=e@x r= t= s= due=0") },
	{ TD_EVENT_QUEUE, "to", "sales", 0,
	    WITH("new ham p3 q=sales o= r= t= s= due=0") },
	{ TD_EVENT_TYPE, "to", "bug", 0,
	    WITH("new ham p3 q= o= r= t=bug s= due=0") },
	{ TD_EVENT_TITLE, "to", "new name", 0,
	    WITH("new ham p3 q= o= r= t= s=new name due=0") },
	{ TD_EVENT_REQUESTER, "to", "r@x", 0,
	    WITH("new ham p3 q= o= r=r@x t= s= due=0") },
	{ TD_EVENT_DUE, "to", NULL, 9,
	    WITH("new ham p3 q= o= r= t= s= due=9") },
	{ TD_EVENT_SUPPRESSED, "spam", NULL, 1, WITH("new spam p3" PLAIN) },
	{ TD_EVENT_SUPPRESSED, "why", "loop", 0, WITH("new ham p3" PLAIN) },
	{ TD_EVENT_MERGED, "into", NULL, 4,
	    "closed ham p3" PLAIN " m=0 into=4 tags= watch= with=" },
	{ TD_EVENT_TAG, "add", "vip", 0,
	    "new ham p3" PLAIN " m=0 into=0 tags=vip watch= with=" },
	{ TD_EVENT_PARTICIPANT, "watch", "sales", 0,
	    "new ham p3" PLAIN " m=0 into=0 tags= watch=sales with=" },
	{ TD_EVENT_PARTICIPANT, "add", "b@x", 0,
	    "new ham p3" PLAIN " m=0 into=0 tags= watch= with=b@x" },
	{ TD_EVENT_NOTE, "to", "open", 0, WITH("new ham p3" PLAIN) },
	{ TD_EVENT_SENT, "to", "a@x", 0, WITH("new ham p3" PLAIN) },
};

static void
test_fold_table(void)
{
	guint i;

	for (i = 0; i < G_N_ELEMENTS(folds); i++) {
		g_autoptr(TdTicket) ticket = td_ticket_new(1);
		g_autoptr(TdEvent)
		    event = td_event_new(folds[i].kind, 1, NOW, "desk");
		g_autofree char *got = NULL;

		if (folds[i].text != NULL)
			td_event_set(event, folds[i].key, folds[i].text);
		else
			td_event_set_number(
			    event, folds[i].key, folds[i].number);
		event->sequence = 1;
		td_ticket_fold(ticket, event);
		got = describe(ticket);
		g_assert_cmpstr(got, ==, folds[i].want);
		g_assert_cmpuint(ticket->events, ==, 1);
		g_assert_cmpint(ticket->updated, ==, NOW);
	}
}

static void
fold_text(
    TdTicket *ticket, TdEventKind kind, const char *key, const char *value)
{
	g_autoptr(TdEvent) event = td_event_new(kind, 1, NOW, "desk");

	td_event_set(event, key, value);
	td_ticket_fold(ticket, event);
}

static void
test_fold_lists(void)
{
	g_autoptr(TdTicket) ticket = td_ticket_new(1);
	g_autofree char *tags = NULL;
	const TdParticipant *left;

	fold_text(ticket, TD_EVENT_TAG, "add", "a");
	fold_text(ticket, TD_EVENT_TAG, "add", "b");
	fold_text(ticket, TD_EVENT_TAG, "add", "a");
	fold_text(ticket, TD_EVENT_TAG, "add", "c");
	fold_text(ticket, TD_EVENT_TAG, "remove", "b");
	fold_text(ticket, TD_EVENT_TAG, "remove", "none");
	tags = g_strjoinv(",", ticket->tags);
	g_assert_cmpstr(tags, ==, "a,c");

	fold_text(ticket, TD_EVENT_PARTICIPANT, "add", "b@x");
	fold_text(ticket, TD_EVENT_PARTICIPANT, "add", "c@x");
	fold_text(ticket, TD_EVENT_PARTICIPANT, "add", "b@x");
	fold_text(ticket, TD_EVENT_PARTICIPANT, "remove", "b@x");
	/* The requester is no participant. */
	fold_text(ticket, TD_EVENT_PARTICIPANT, "add", "d@x");
	fold_text(ticket, TD_EVENT_REQUESTER, "to", "d@x");
	fold_text(ticket, TD_EVENT_PARTICIPANT, "add", "d@x");
	g_assert_cmpuint(ticket->participants->len, ==, 1);
	left = ticket->participants->pdata[0];
	g_assert_cmpstr(left->address, ==, "c@x");
}

/* ---- several events ---- */

typedef struct {
	TdEventKind kind;
	const char *detail; /* "key=text key=#number" */
} Step;

static TdEvent *
step_event(const Step *step, guint64 sequence)
{
	TdEvent *event = td_event_new(step->kind, 1, NOW, "desk");
	g_auto(GStrv) words = g_strsplit(step->detail, " ", 0);
	guint i;

	event->sequence = sequence;
	for (i = 0; words[i] != NULL; i++) {
		char *value = strchr(words[i], '=');

		if (value == NULL)
			continue;
		*value++ = '\0';
		if (*value == '#')
			td_event_set_number(event, words[i],
			    g_ascii_strtoull(value + 1, NULL, 10));
		else
			td_event_set(event, words[i], value);
	}
	return event;
}

/* Folds them all; the last one is empty. */
static TdTicket *
fold_steps(const Step *steps)
{
	TdTicket *ticket = td_ticket_new(1);
	guint i;

	for (i = 0; steps[i].detail != NULL; i++) {
		g_autoptr(TdEvent) event = step_event(&steps[i], i + 1);

		td_ticket_fold(ticket, event);
	}
	return ticket;
}

#define MOST_STEPS 8

/* What describe_work() tells after each list of steps. */
typedef struct {
	Step steps[MOST_STEPS];
	const char *want;
} Work;

static char *
describe_work(const TdTicket *ticket)
{
	g_autofree char *watchers = g_strjoinv(",", ticket->watchers);
	g_autofree char *muted = g_strjoinv(",", ticket->muted);
	GString *text = g_string_new(td_status_name(ticket->status));
	guint i;

	g_string_append_printf(text,
	    " into=%u until=%d timer=%d grades=%u/%u/%u/%u minutes=%u "
	    "watchers=%s muted=%s",
	    (guint)ticket->merged_into, (int)ticket->until, (int)ticket->timer,
	    ticket->priority, ticket->urgency, ticket->impact, ticket->rating,
	    (guint)ticket->minutes, watchers, muted);
	for (i = 0; i < ticket->links->len; i++) {
		const TdLink *each = ticket->links->pdata[i];

		g_string_append_printf(
		    text, " %s:%u", each->type, (guint)each->number);
	}
	for (i = 0; i < ticket->reminders->len; i++) {
		const TdReminder *each = ticket->reminders->pdata[i];

		g_string_append_printf(text, " %s@%d:%s", each->agent,
		    (int)each->time, each->text);
	}
	return g_string_free(text, FALSE);
}

#define STATUS(status, until, timer)                                           \
	status " into=0 until=" until " timer=" timer                          \
	       " grades=3/0/0/0 minutes=0 watchers= muted="
#define GRADES(grades)                                                         \
	"new into=0 until=0 timer=0 grades=" grades                            \
	" minutes=0 watchers= muted="
#define MINUTES(minutes)                                                       \
	"new into=0 until=0 timer=0 grades=3/0/0/0 minutes=" minutes           \
	" watchers= muted="

static const Work works[] = {
	/* A status ends by itself only if the event says so. */
	{ { { TD_EVENT_STATUS, "to=pending until=#50" } },
	    STATUS("pending", "50", "50") },
	{ { { TD_EVENT_STATUS, "to=pending until=#50" },
	      { TD_EVENT_STATUS, "to=open" } },
	    STATUS("open", "0", "0") },
	{ { { TD_EVENT_STATUS, "to=pending until=#50" },
	      { TD_EVENT_STATUS, "to=asleep until=#70" },
	      { TD_EVENT_OWNER, "to=anna until=#70" } },
	    STATUS("pending", "50", "50") },
	/* A merge ends all waiting, and can be taken back. */
	{ { { TD_EVENT_STATUS, "to=pending until=#50" },
	      { TD_EVENT_MERGED, "into=#4" } },
	    "closed into=4 until=0 timer=0 grades=3/0/0/0 minutes=0 watchers= "
	    "muted=" },
	{ { { TD_EVENT_MERGED, "into=#4" },
	      { TD_EVENT_MERGED, "into=#0 status=pending until=#60" } },
	    STATUS("pending", "60", "60") },
	{ { { TD_EVENT_STATUS, "to=open" },
	      { TD_EVENT_MERGED, "into=#0 status=closed" },
	      { TD_EVENT_MERGED, "status=closed" } },
	    STATUS("open", "0", "0") },
	/* Grades come alone or together. */
	{ { { TD_EVENT_PRIORITY, "to=#2 urgency=#1 impact=#5" } },
	    GRADES("2/1/5/0") },
	{ { { TD_EVENT_PRIORITY, "urgency=#2" },
	      { TD_EVENT_PRIORITY, "impact=#4" } },
	    GRADES("3/2/4/0") },
	{ { { TD_EVENT_PRIORITY, "urgency=#2 impact=#2" },
	      { TD_EVENT_PRIORITY, "to=#0 urgency=#0 impact=#6" } },
	    GRADES("3/0/2/0") },
	{ { { TD_EVENT_RATED, "score=#5" }, { TD_EVENT_RATED, "score=#6" },
	      { TD_EVENT_RATED, "text=well" } },
	    GRADES("3/0/0/5") },
	{ { { TD_EVENT_RATED, "score=#5" }, { TD_EVENT_RATED, "score=#0" } },
	    GRADES("3/0/0/0") },
	/* Minutes are summed up, and never less than none. */
	{ { { TD_EVENT_TIME, "minutes=#30" }, { TD_EVENT_TIME, "minutes=#15" },
	      { TD_EVENT_TIME, "less=#5" } },
	    MINUTES("40") },
	{ { { TD_EVENT_TIME, "minutes=#30" }, { TD_EVENT_TIME, "less=#31" },
	      { TD_EVENT_TIME, "minutes=#1" } },
	    MINUTES("1") },
	/* Watchers and who wants no more mail. */
	{ { { TD_EVENT_PARTICIPANT, "watcher=anna" },
	      { TD_EVENT_PARTICIPANT, "watcher=eve mute=a@x" },
	      { TD_EVENT_PARTICIPANT, "watcher=eve mute=b@x" },
	      { TD_EVENT_PARTICIPANT, "unwatch=anna unmute=b@x" } },
	    "new into=0 until=0 timer=0 grades=3/0/0/0 minutes=0 watchers=eve "
	    "muted=a@x" },
	/* Links, each once. */
	{ { { TD_EVENT_LINKED, "type=parent to=#4" },
	      { TD_EVENT_LINKED, "type=related to=#4" },
	      { TD_EVENT_LINKED, "type=parent to=#4" },
	      { TD_EVENT_LINKED, "type=parent to=#5" },
	      { TD_EVENT_LINKED, "type=parent to=#4 remove=#1" },
	      { TD_EVENT_LINKED, "type=child to=#4 remove=#1" },
	      { TD_EVENT_LINKED, "type=moved to=#4" } },
	    STATUS("new", "0", "0") " related:4 parent:5" },
	/* Reminders, the soonest first. */
	{ { { TD_EVENT_REMINDER, "agent=anna at=#90 text=late" },
	      { TD_EVENT_REMINDER, "agent=eve at=#70 text=one" },
	      { TD_EVENT_REMINDER, "agent=anna at=#70 text=two" },
	      { TD_EVENT_REMINDER, "agent=anna text=never" },
	      { TD_EVENT_STATUS, "to=pending until=#80" } },
	    STATUS("pending", "80", "70") " eve@70:one anna@70:two "
	                                  "anna@90:late" },
	{ { { TD_EVENT_REMINDER, "agent=anna at=#90 text=late" },
	      { TD_EVENT_REMINDER, "agent=anna at=#60 text=soon" },
	      { TD_EVENT_REMINDER, "agent=anna at=#70 text=then" },
	      { TD_EVENT_REMINDER, "agent=eve at=#70 text=hers" },
	      { TD_EVENT_REMINDER, "done=anna at=#70" },
	      { TD_EVENT_REMINDER, "done=eve at=#69" } },
	    STATUS("new", "0", "70") " eve@70:hers anna@90:late" },
	/* All that changes nothing. */
	{ { { TD_EVENT_SPLIT, "to=#4" }, { TD_EVENT_ESCALATED, "to=#1" },
	      { TD_EVENT_REFUSED, "score=#1" } },
	    STATUS("new", "0", "0") },
};

static void
test_work_table(void)
{
	guint i;

	for (i = 0; i < G_N_ELEMENTS(works); i++) {
		g_autoptr(TdTicket) ticket = fold_steps(works[i].steps);
		g_autofree char *got = describe_work(ticket);

		g_assert_cmpstr(got, ==, works[i].want);
	}
}

/* ---- clocks, fields and counters ---- */

static char *
describe_rules(const TdTicket *ticket)
{
	GString *text = g_string_new(NULL);

	g_string_append_printf(text,
	    "deadline=%d%s timer=%d answered=%d again=%u/%u asked=%u type=%s",
	    (int)ticket->deadline, ticket->breached ? "!" : "",
	    (int)ticket->timer, (int)(ticket->answered - NOW), ticket->reopened,
	    ticket->returned, ticket->asked, ticket->type);
	for (guint i = 0; i < ticket->fields->len; i++) {
		const TdField *each = ticket->fields->pdata[i];

		g_string_append_printf(text, " %s=%s", each->name, each->value);
	}
	for (guint i = 0; i < TD_CLOCKS; i++) {
		const TdClock *each = &ticket->clocks[i];

		if (each->state != TD_CLOCK_NONE)
			g_string_append_printf(text,
			    " %s:%s%s%s:%d/%d/%d/%d:%u"
			    ":%s:%s",
			    td_clock_name(i), td_clock_state_name(each->state),
			    each->warned ? "?" : "", each->breached ? "!" : "",
			    (int)each->due, (int)each->next, (int)each->left,
			    (int)each->total, each->step, each->rule,
			    each->calendar);
	}
	return g_string_free(text, FALSE);
}

#define RUNNING(kind, due, next)                                               \
	"clock=" kind " state=running due=#" due " next=#" next                \
	" total=#100 rule=gold calendar=office"
/* Nobody answered yet. */
#define NEVER " answered=-1795305600"

static const Work rules[] = {
	/* The soonest deadline that runs; the timer is for all clocks. */
	{ { { TD_EVENT_DUE, RUNNING("response", "50", "40") },
	      { TD_EVENT_DUE, RUNNING("solution", "90", "80") },
	      { TD_EVENT_ESCALATED,
	          "clock=escalation state=running due=#30 next=#30 step=#2 "
	          "rule=chain" } },
	    "deadline=50 timer=30" NEVER " again=0/0 asked=0 type="
	    " response:running:50/40/0/100:0:gold:office"
	    " solution:running:90/80/0/100:0:gold:office"
	    " escalation:running:30/30/0/0:2:chain:" },
	/* One that stops or is met is no deadline any more. */
	{ { { TD_EVENT_DUE, RUNNING("response", "50", "40") },
	      { TD_EVENT_DUE, RUNNING("solution", "90", "80") },
	      { TD_EVENT_DUE, "clock=response state=met left=#7 total=#100" },
	      { TD_EVENT_DUE,
	          "clock=solution state=stopped left=#60 total=#100" } },
	    "deadline=0 timer=0" NEVER " again=0/0 asked=0 type="
	    " response:met:0/0/7/100:0::"
	    " solution:stopped:0/0/60/100:0::" },
	/* A breach stays with the clock, and goes with it. */
	{ { { TD_EVENT_DUE,
	      "clock=response state=running due=#50 warned=#1 "
	      "breached=#1" } },
	    "deadline=50! timer=0" NEVER " again=0/0 asked=0 type="
	    " response:running?!:50/0/0/0:0::" },
	{ { { TD_EVENT_DUE,
	        "clock=response state=running due=#50 breached=#1" },
	      { TD_EVENT_DUE, "clock=response state=met breached=#1" } },
	    "deadline=0! timer=0" NEVER " again=0/0 asked=0 type="
	    " response:met!:0/0/0/0:0::" },
	{ { { TD_EVENT_DUE,
	        "clock=response state=running due=#50 breached=#1" },
	      { TD_EVENT_DUE, "clock=response state=none" } },
	    "deadline=0 timer=0" NEVER " again=0/0 asked=0 type=" },
	/* That an escalation was late breaks no deadline. */
	{ { { TD_EVENT_ESCALATED,
	      "clock=release state=running due=#50 next=#50 breached=#1" } },
	    "deadline=0 timer=50" NEVER " again=0/0 asked=0 type="
	    " release:running!:50/50/0/0:0::" },
	/* What nobody knows changes nothing. */
	{ { { TD_EVENT_DUE, RUNNING("response", "50", "40") },
	      { TD_EVENT_DUE, "clock=tower state=running due=#1 next=#1" },
	      { TD_EVENT_DUE, "clock=response state=broken due=#1" },
	      { TD_EVENT_DUE, "clock=response" },
	      { TD_EVENT_NOTE, RUNNING("solution", "5", "4") } },
	    "deadline=50 timer=40" NEVER " again=0/0 asked=0 type="
	    " response:running:50/40/0/100:0:gold:office" },
	/* Fields, by name. */
	{ { { TD_EVENT_TYPE, "to=incident" },
	      { TD_EVENT_TYPE, "field=service value=mail" },
	      { TD_EVENT_TYPE, "field=equipment value=HP" },
	      { TD_EVENT_TYPE, "field=room value=5" },
	      { TD_EVENT_TYPE, "field=service value=web" },
	      { TD_EVENT_TYPE, "field=room value=" },
	      { TD_EVENT_TYPE, "asked=#1" } },
	    "deadline=0 timer=0" NEVER " again=0/0 asked=1 type=incident"
	    " equipment=HP service=web" },
	/* The first reply counts, a note does not. */
	{ { { TD_EVENT_MESSAGE, "letter=note" },
	      { TD_EVENT_MESSAGE, "letter=reply" } },
	    "deadline=0 timer=0 answered=0 again=0/0 asked=0 type=" },
	/* One that was held, and taken back before it went out. */
	{ { { TD_EVENT_MESSAGE, "letter=reply" },
	      { TD_EVENT_NOT_DELIVERED, "unanswered=#1795305600" } },
	    "deadline=0 timer=0" NEVER " again=0/0 asked=0 type=" },
	{ { { TD_EVENT_MESSAGE, "letter=reply" },
	      { TD_EVENT_NOT_DELIVERED, "unanswered=#1795305601" } },
	    "deadline=0 timer=0 answered=0 again=0/0 asked=0 type=" },
	/* Reopened from closed, returned from resolved. */
	{ { { TD_EVENT_STATUS, "to=resolved" }, { TD_EVENT_STATUS, "to=open" },
	      { TD_EVENT_STATUS, "to=closed" },
	      { TD_EVENT_STATUS, "to=waiting" },
	      { TD_EVENT_STATUS, "to=closed" },
	      { TD_EVENT_STATUS, "to=open" } },
	    "deadline=0 timer=0" NEVER " again=2/1 asked=0 type=" },
	{ { { TD_EVENT_STATUS, "to=resolved" },
	      { TD_EVENT_STATUS, "to=closed" } },
	    "deadline=0 timer=0" NEVER " again=0/0 asked=0 type=" },
	/* What was taken back never was. */
	{ { { TD_EVENT_STATUS, "to=closed" }, { TD_EVENT_STATUS, "to=open" },
	      { TD_EVENT_STATUS, "to=closed undone=#1" } },
	    "deadline=0 timer=0" NEVER " again=0/0 asked=0 type=" },
	{ { { TD_EVENT_STATUS, "to=resolved" }, { TD_EVENT_STATUS, "to=open" },
	      { TD_EVENT_STATUS, "to=resolved undone=#1" } },
	    "deadline=0 timer=0" NEVER " again=0/0 asked=0 type=" },
	/* Closing is taken back: that it was returned before stays. */
	{ { { TD_EVENT_STATUS, "to=resolved" }, { TD_EVENT_STATUS, "to=open" },
	      { TD_EVENT_STATUS, "to=resolved" },
	      { TD_EVENT_STATUS, "to=closed" },
	      { TD_EVENT_STATUS, "to=resolved undone=#1" } },
	    "deadline=0 timer=0" NEVER " again=0/1 asked=0 type=" },
	{ { { TD_EVENT_STATUS, "to=closed" }, { TD_EVENT_STATUS, "to=open" },
	      { TD_EVENT_STATUS, "to=closed" },
	      { TD_EVENT_STATUS, "to=resolved" },
	      { TD_EVENT_STATUS, "to=closed undone=#1" } },
	    "deadline=0 timer=0" NEVER " again=1/0 asked=0 type=" },
	{ { { TD_EVENT_STATUS, "to=closed" },
	      { TD_EVENT_STATUS, "to=open undone=#1" } },
	    "deadline=0 timer=0" NEVER " again=0/0 asked=0 type=" },
};

static void
test_rules_table(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autoptr(TdTicket) ticket = fold_steps(rules[i].steps);
		g_autofree char *got = describe_rules(ticket);

		g_assert_cmpstr(got, ==, rules[i].want);
	}
}

/* What an event tells of a clock is all of it. */
static void
test_clock_in_event(void)
{
	TdClock clock = { TD_CLOCK_RUNNING, TRUE, TRUE, 4, 50, 40, 3, 100,
		g_strdup("gold"), g_strdup("office") };

	for (guint kind = 0; kind < TD_CLOCKS; kind++) {
		g_autoptr(TdEvent)
		    event = td_event_new(TD_EVENT_DUE, 1, NOW, "desk");
		TdClockKind got;
		TdClock read;

		g_assert_false(td_event_get_clock(event, &got, &read));
		td_event_set_clock(event, kind, &clock);
		g_assert_true(td_event_get_clock(event, &got, &read));
		g_assert_cmpuint(got, ==, kind);
		g_assert_true(td_clock_equal(&read, &clock));
		td_clock_clear(&read);
	}
	td_clock_clear(&clock);
}

/* That a clock runs is no change of the ticket; what was agreed is one. */
static void
test_state_of_clocks(void)
{
	static const Step runs[] = {
		{ TD_EVENT_DUE, RUNNING("response", "50", "40") },
		{ TD_EVENT_ESCALATED, RUNNING("escalation", "50", "40") },
		{ 0, NULL },
	};
	static const Step agreed[] = {
		{ TD_EVENT_DUE, "to=#90" },
		{ 0, NULL },
	};
	g_autoptr(TdTicket) one = fold_steps(runs);
	g_autoptr(TdTicket) other = fold_steps(agreed);

	g_assert_cmpuint(one->state, ==, 0);
	g_assert_cmpuint(other->state, ==, 1);
}

static void
test_state(void)
{
	static const char raising[] =
	    "created status owner queue priority type tag title requester due "
	    "merged split ";
	g_autoptr(TdTicket) spam = td_ticket_new(1);
	g_autoptr(TdEvent) mark = NULL;
	guint kind;

	/* An answer that was held back is no change, a mark is. */
	mark = td_event_new(TD_EVENT_SUPPRESSED, 1, NOW, "desk");
	mark->sequence = 7;
	td_event_set_number(mark, "spam", 1);
	td_ticket_fold(spam, mark);
	g_assert_cmpuint(spam->state, ==, 7);
	for (kind = 0; kind <= TD_EVENT_LAST; kind++) {
		g_autoptr(TdTicket) ticket = td_ticket_new(1);
		g_autoptr(TdEvent) event = td_event_new(kind, 1, NOW, "desk");
		g_autofree char *word = g_strconcat(
		    td_event_kind_name(kind), " ", NULL);

		event->sequence = 7;
		td_ticket_fold(ticket, event);
		g_assert_cmpuint(
		    ticket->state, ==, strstr(raising, word) != NULL ? 7 : 0);
		g_assert_cmpuint(ticket->events, ==, 7);
	}
}

#define PURE(name, function) g_test_add_func("/store/fold/" name, function)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	PURE("each kind changes what it should", test_fold_table);
	PURE("lists hold each thing once", test_fold_lists);
	PURE("events in a row make the record", test_work_table);
	PURE("clocks, fields and counters follow", test_rules_table);
	PURE("an event tells all of a clock", test_clock_in_event);
	PURE("changes of a field raise the state", test_state);
	PURE("clocks do not raise the state", test_state_of_clocks);
	return g_test_run();
}
