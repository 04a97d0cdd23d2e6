/* limits.c - how much the desk says by itself
 *
 * People write as often as they like, and are answered up to a generous limit.
 * A machine that cannot be told from one by its mail is told by what it does:
 * it answers every answer at once, or puts something in front of the Subject
 * each time.  It gets no more automatic answers for a while; its mail is filed
 * as ever.
 *
 * What is known of a sender's last mails is small and has a fixed number of
 * places, by a hash of the address: of two that share one the later is
 * remembered. */

#include "config.h"

#include <string.h>

#include <ticketd/address.h>
#include <ticketd/text.h>

#include "desk/plan.h"
#include "desk/talk-private.h"
#include "desk/undelivered.h"

#define PLACES 4096

/* So many mails within so many seconds, of which all but the first answer one
 * of ours. */
#define TURNS_MAX 3
#define TURNS_PERIOD (10 * 60)

/* So many times in a row within so many seconds. */
#define GROWTH_MAX 3
#define GROWTH_PERIOD (60 * 60)

/* A sender's last mails, each field big-endian in the store. */
enum {
	WHO,          /* hash of the address: whose this is */
	TURNS_SINCE,  /* seconds UTC: the first of the ... */
	TURNS,        /* mails that were answered to and fro */
	GROWTH_SINCE, /* seconds UTC: the mail before the first of the ... */
	GROWTH,       /* mails whose Subject is the former with more in front */
	SIZE,         /* bytes of the last Subject */
	HASH,         /* and its hash */
	FIELDS,
};

typedef struct {
	guint64 fields[FIELDS];
} Habit;

/* FNV-1a: the same on every machine and in every version. */
static guint64
hash(const char *bytes, gsize size)
{
	guint64 value = G_GUINT64_CONSTANT(0xcbf29ce484222325);

	for (gsize i = 0; i < size; i++) {
		value ^= (guchar)bytes[i];
		value *= G_GUINT64_CONSTANT(0x100000001b3);
	}
	return value;
}

static char *
name_place(guint64 who)
{
	return g_strdup_printf("habits/%03x", (guint)(who % PLACES));
}

/* Of whoever @who is; all zero but for that if nothing is known. */
static gboolean
read_habit(TdTxn *txn, guint64 who, Habit *habit, GError **error)
{
	g_autofree char *name = name_place(who);
	g_autoptr(GBytes) bytes = NULL;

	memset(habit, 0, sizeof(*habit));
	if (!td_meta_get(txn, name, &bytes, error))
		return FALSE;
	if (bytes != NULL && g_bytes_get_size(bytes) == sizeof(*habit)) {
		memcpy(habit, g_bytes_get_data(bytes, NULL), sizeof(*habit));
		for (guint i = 0; i < FIELDS; i++)
			habit->fields[i] = GUINT64_FROM_BE(habit->fields[i]);
	}
	if (habit->fields[WHO] != who)
		memset(habit, 0, sizeof(*habit));
	habit->fields[WHO] = who;
	return TRUE;
}

/* To be written when the plan is done. */
static void
keep_habit(TdPlan *plan, const Habit *habit)
{
	Habit wire;

	for (guint i = 0; i < FIELDS; i++)
		wire.fields[i] = GUINT64_TO_BE(habit->fields[i]);
	g_ptr_array_add(plan->memos,
	    td_memo_new(name_place(habit->fields[WHO]),
	        g_bytes_new(&wire, sizeof(wire))));
}

/* Whether the mail answers one of ours, whatever ticket it came to. */
static gboolean
answers_ours(const TdDecision *decision)
{
	const TdKeys *keys = decision->desk->keys;
	GStrv ids = decision->message->references;
	TdPlace place;

	if (decision->plan->ticket != TD_TICKET_NEW ||
	    decision->thread.mentions != 0)
		return TRUE;
	for (guint i = 0; ids[i] != NULL; i++)
		if (td_token_read_message_id(keys, ids[i], &place) !=
		    TD_TOKEN_BAD)
			return TRUE;
	return FALSE;
}

static gboolean
is_over(guint64 since, gint64 now, gint64 period)
{
	return (gint64)since > now || now - (gint64)since >= period;
}

/* Whether this mail is one too many to and fro. */
static gboolean
take_turn(Habit *habit, const TdDecision *decision)
{
	gint64 now = decision->plan->now;

	if (is_over(habit->fields[TURNS_SINCE], now, TURNS_PERIOD)) {
		habit->fields[TURNS_SINCE] = (guint64)now;
		habit->fields[TURNS] = 1;
	} else if (answers_ours(decision)) {
		habit->fields[TURNS]++;
	}
	return habit->fields[TURNS] > TURNS_MAX;
}

/* Whether the Subject has grown once too often. */
static gboolean
grow(Habit *habit, const TdDecision *decision)
{
	const char *subject = decision->message->subject;
	gsize size = strlen(subject);
	gsize former = habit->fields[SIZE];
	gint64 now = decision->plan->now;
	gboolean grown = former > 0 && former < size &&
	    hash(subject + size - former, former) == habit->fields[HASH];

	if (!grown ||
	    is_over(habit->fields[GROWTH_SINCE], now, GROWTH_PERIOD)) {
		habit->fields[GROWTH_SINCE] = (guint64)now;
		habit->fields[GROWTH] = 0;
	} else {
		habit->fields[GROWTH]++;
	}
	habit->fields[SIZE] = size;
	habit->fields[HASH] = hash(subject, size);
	return habit->fields[GROWTH] >= GROWTH_MAX;
}

/* ---- muting ---- */

static char *
say_muted(gint64 until, const char *what)
{
	g_autofree char *time = until == 0 ? g_strdup("somebody ends it")
	                                   : td_text_rfc3339(until);

	return g_strdup_printf("rule 11: muted until %s: %s", time, what);
}

/* What the administrator reads; @phrase tells why. */
static char *
say_why(const TdDecision *decision, const char *phrase, gint64 until)
{
	const TdDraft *draft = &decision->draft;
	const char *language = decision->desk->conf->language;
	g_autofree char *time = td_talk_time(decision->desk, until);
	g_autofree char *head = td_talk_say(draft, language, "muted", "address",
	    decision->from, "time", time, NULL);
	g_autofree char *why = td_talk_say(draft, language, phrase, NULL);
	g_autofree char *todo = td_talk_say(draft, language, "muted-do", NULL);

	return g_strdup_printf("%s\n\n%s\n\n%s\n", head, why, todo);
}

/* The sender gets no automatic answers for a while, and the administrator hears
 * of it. */
static gboolean
mute(TdDecision *decision, const char *what, const char *phrase, char **why,
    GError **error)
{
	gint64 until = decision->plan->now + decision->desk->conf->mute;
	g_autofree char *about = g_strconcat("muted ", decision->from, NULL);
	g_autofree char *text = NULL;
	TdSuppression *muted;

	muted = td_suppression_new(TD_SUPPRESSED_MUTED, decision->from);
	g_free(muted->why);
	muted->why = g_strdup(what);
	g_free(muted->by);
	muted->by = g_strdup("desk");
	muted->created = muted->updated = decision->plan->now;
	muted->expires = until;
	g_ptr_array_add(decision->plan->suppressions, muted);

	*why = say_muted(until, what);
	text = say_why(decision, phrase, until);
	return td_talk_notice(&decision->draft, about, text, error);
}

/* Looks at what the sender does, and remembers it. */
static gboolean
look_at_habits(TdDecision *decision, char **why, GError **error)
{
	guint64 who = hash(decision->from, strlen(decision->from));
	gboolean turns;
	gboolean growth;
	Habit habit;

	/* What a tool writes is no machine's doing; nobody wants muting. */
	if (decision->envelope->actor != NULL ||
	    decision->desk->conf->mute == 0)
		return TRUE;
	/* What is false is not his doing; who passes on mail of others answers
	 * nobody. */
	if (decision->who.proof == TD_PROOF_FALSE ||
	    strcmp(decision->customer, decision->from) != 0)
		return TRUE;
	if (!read_habit(decision->txn, who, &habit, error))
		return FALSE;
	turns = take_turn(&habit, decision);
	growth = grow(&habit, decision);
	if (turns || growth)
		memset(&habit.fields[TURNS_SINCE], 0,
		    sizeof(habit) - sizeof(habit.fields[WHO]));
	keep_habit(decision->plan, &habit);
	if (turns)
		return mute(decision, "answers every answer at once",
		    "muted-turns", why, error);
	if (growth)
		return mute(decision, "its subjects only grow", "muted-growth",
		    why, error);
	return TRUE;
}

/* ---- what may not go out ---- */

static gboolean
holds(const TdSuppression *suppression, gint64 now)
{
	return suppression != NULL &&
	    (suppression->expires == 0 || suppression->expires > now);
}

/* Whether a person writes from the address, and not only claims to. */
static gboolean
is_proven_alive(const TdDecision *decision)
{
	return decision->plan->class.class == TD_CLASS_HUMAN &&
	    decision->who.proof >= TD_PROOF_ANSWER &&
	    strcmp(decision->customer, decision->from) == 0;
}

/* Rule 12, and those found out before. */
static gboolean
look_at_suppressed(TdDecision *decision, char **why, GError **error)
{
	gint64 now = decision->plan->now;
	g_autoptr(TdSuppression) bounced = NULL;
	g_autoptr(TdSuppression) muted = NULL;

	if (!td_suppression_get(decision->txn, TD_SUPPRESSED_BOUNCED,
	        decision->customer, &bounced, error) ||
	    !td_suppression_get(decision->txn, TD_SUPPRESSED_MUTED,
	        decision->customer, &muted, error))
		return FALSE;
	if (holds(bounced, now) && is_proven_alive(decision))
		td_plan_lift(&decision->draft, bounced);
	else if (holds(bounced, now))
		*why = g_strdup_printf("rule 12: mail to %s came back: %s",
		    decision->customer, bounced->why);
	else if (holds(muted, now))
		*why = say_muted(muted->expires, muted->why);
	return TRUE;
}

/* Rule 11 for people. */
static gboolean
look_at_caps(TdDecision *decision, char **why, GError **error)
{
	const TdConf *conf = decision->desk->conf;
	const char *domain = td_address_domain(decision->customer);
	gint64 now = decision->plan->now;
	guint day;
	guint hour;

	if (!td_cap_count_day(
	        decision->txn, decision->customer, now, &day, error) ||
	    !td_cap_count_domain(
	        decision->txn, decision->customer, now, &hour, error))
		return FALSE;
	if (day >= conf->answers_per_day)
		*why = g_strdup_printf(
		    "rule 11: %u automatic answers to %s within a day", day,
		    decision->customer);
	else if (hour >= conf->answers_per_hour &&
	    !g_strv_contains((const char *const *)conf->public_domains, domain))
		*why = g_strdup_printf(
		    "rule 11: %u automatic answers to %s within an hour", hour,
		    domain);
	return TRUE;
}

gboolean
td_plan_limit(TdDecision *decision, char **why, GError **error)
{
	TdEvent *event;

	*why = NULL;
	if (!look_at_suppressed(decision, why, error) ||
	    (*why == NULL && !look_at_habits(decision, why, error)) ||
	    (*why == NULL && !look_at_caps(decision, why, error))) {
		g_clear_pointer(why, g_free);
		return FALSE;
	}
	if (*why == NULL)
		return TRUE;
	event = td_draft_add(
	    &decision->draft, TD_EVENT_SUPPRESSED, decision->plan->ticket);
	g_free(event->actor);
	event->actor = g_strdup("desk");
	td_event_set(event, "to", decision->customer);
	td_event_set(event, "why", *why);
	return TRUE;
}
