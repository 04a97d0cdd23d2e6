/* monitor-object.c - what is known of a thing that is watched, and how a mail
 * changes it */

#include "config.h"

#include <string.h>

#include <ticketd/error.h>
#include <ticketd/text.h>

#include "desk/monitor.h"

/* ---- finding ---- */

/* The one of the plan, which another signal of the mail made or changed. */
static TdObject *
find_planned(const TdPlan *plan, const TdObject *wanted)
{
	for (guint i = 0; i < plan->objects->len; i++)
		if (td_object_same(plan->objects->pdata[i], wanted))
			return plan->objects->pdata[i];
	return NULL;
}

/* A damaged record counts as none: of an object, the next write replaces it. */
static gboolean
forgive(gboolean done, GError *problem, GError **error)
{
	if (done)
		return TRUE;
	if (g_error_matches(problem, TD_ERROR, TD_ERROR_BROKEN)) {
		g_error_free(problem);
		return TRUE;
	}
	g_propagate_error(error, problem);
	return FALSE;
}

/* Whether @object is on the host that @signal names: what stands in a mail as
 * a reference may come from the host that is watched. */
static gboolean
is_on_host(const TdObject *object, const TdSignal *signal)
{
	g_autofree char *a = td_text_fold(object->host);
	g_autofree char *b = td_text_fold(signal->host);

	return strcmp(a, b) == 0;
}

/* By its names, and where these are of nothing that is a problem, by what the
 * monitor calls the problem: names may tell a number that changes. */
static gboolean
read_object(TdTxn *txn, const TdMonitor *monitor, const TdSignal *signal,
    TdObject **result, GError **error)
{
	g_autoptr(TdObject) named = NULL;
	g_autoptr(TdObject) called = NULL;
	GError *problem = NULL;
	gboolean done;

	done = td_object_get(txn, monitor->name, signal->host, signal->service,
	    &named, &problem);
	if (!forgive(done, problem, error))
		return FALSE;
	problem = NULL;
	if ((named == NULL || !named->problem) && *signal->reference != '\0') {
		done = td_object_find(
		    txn, monitor->name, signal->reference, &called, &problem);
		if (!forgive(done, problem, error))
			return FALSE;
	}
	*result = called != NULL && called->problem &&
	        is_on_host(called, signal)
	    ? g_steal_pointer(&called)
	    : g_steal_pointer(&named);
	return TRUE;
}

static TdObject *
make_object(const TdMonitor *monitor, const TdSignal *signal)
{
	TdObject *object = td_object_new();

	g_free(object->monitor);
	object->monitor = g_strdup(monitor->name);
	g_free(object->host);
	object->host = g_strdup(signal->host);
	g_free(object->service);
	object->service = g_strdup(signal->service);
	return object;
}

/* The object of the plan that @signal is of; with a problem there is one. */
static gboolean
find_object(TdDecision *decision, const TdMonitor *monitor,
    const TdSignal *signal, TdObject **result, GError **error)
{
	g_autoptr(TdObject) wanted = make_object(monitor, signal);
	TdObject *found = NULL;

	if (!read_object(decision->txn, monitor, signal, &found, error))
		return FALSE;
	*result = find_planned(decision->plan, found == NULL ? wanted : found);
	if (*result != NULL) {
		td_object_free(found);
		return TRUE;
	}
	if (found == NULL && signal->kind == TD_SIGNAL_PROBLEM)
		found = g_steal_pointer(&wanted);
	if (found != NULL)
		g_ptr_array_add(decision->plan->objects, found);
	*result = found;
	return TRUE;
}

/* ---- changing ---- */

static void
set(char **field, const char *value)
{
	g_free(*field);
	*field = g_strdup(value);
}

/* How many changes there were within the window that ends at @now: one as old
 * as the window is within. */
static guint
count_changes(const TdMonitor *monitor, const TdObject *object, gint64 now)
{
	guint count = 0;

	for (guint i = 0; i < object->changes->len; i++)
		count += now - g_array_index(object->changes, gint64, i) <=
		    (gint64)monitor->flap_window;
	return count;
}

/* Was quiet for the whole window, whatever it is now: it flaps no more. */
static void
calm(const TdMonitor *monitor, TdSighting *sighting, gint64 now)
{
	TdObject *object = sighting->object;

	if (!object->flapping ||
	    (monitor->flap_changes != 0 &&
	        count_changes(monitor, object, now) > 0))
		return;
	object->flapping = FALSE;
	sighting->calms = TRUE;
}

/* It is a problem now, or is no more. */
static void
change(const TdMonitor *monitor, TdSighting *sighting, gboolean problem,
    gint64 now)
{
	TdObject *object = sighting->object;

	object->problem = problem;
	object->since = now;
	g_array_append_val(object->changes, now);
	if (object->changes->len > TD_OBJECT_CHANGES)
		g_array_remove_range(object->changes, 0,
		    object->changes->len - TD_OBJECT_CHANGES);
	if (monitor->flap_changes == 0 || object->flapping ||
	    count_changes(monitor, object, now) < monitor->flap_changes)
		return;
	object->flapping = TRUE;
	sighting->flaps = TRUE;
}

static void
take_problem(const TdMonitor *monitor, TdSighting *sighting, gint64 now)
{
	TdObject *object = sighting->object;
	const TdSignal *signal = sighting->signal;
	guint grade = td_monitor_grade(signal->state);

	sighting->again = object->problem;
	if (object->problem) {
		object->repeats++;
		sighting->worse = grade < object->grade;
		object->grade = MIN(object->grade, grade);
	} else {
		sighting->well_since = object->since;
		object->repeats = 0;
		object->taken = FALSE;
		object->grade = grade;
		change(monitor, sighting, TRUE, now);
	}
	set(&object->reference, signal->reference);
}

static void
take_recovery(const TdMonitor *monitor, TdSighting *sighting, gint64 now)
{
	TdObject *object = sighting->object;

	sighting->again = !object->problem;
	if (object->problem)
		change(monitor, sighting, FALSE, now);
}

/* The ticket that @object belongs to, merges followed; 0 if it is gone, or its
 * record is damaged: what is wrong with it must not keep problems out. */
static gboolean
find_ticket(
    TdDraft *draft, const TdObject *object, guint64 *number, GError **error)
{
	const TdTicket *ticket = NULL;
	GError *problem = NULL;
	gboolean done;

	*number = object->ticket;
	if (*number == TD_TICKET_DESK)
		return TRUE;
	done = (TD_TICKET_IS_NEW(*number) ||
	           td_ticket_resolve(draft->txn, number, &problem)) &&
	    td_draft_ticket(draft, *number, &ticket, &problem);
	if (!forgive(done, problem, error))
		return FALSE;
	if (ticket == NULL)
		*number = TD_TICKET_DESK;
	return TRUE;
}

gboolean
td_monitor_sight(TdDecision *decision, const TdMonitor *monitor,
    const TdSignal *signal, TdSighting *result, GError **error)
{
	TdSighting sighting = { .signal = signal };
	gint64 now = decision->plan->now;
	TdObject *object;

	if (!find_object(decision, monitor, signal, &sighting.object, error))
		return FALSE;
	object = sighting.object;
	if (object == NULL) {
		*result = sighting;
		return TRUE;
	}
	if (!find_ticket(&decision->draft, object, &sighting.ticket, error))
		return FALSE;
	object->ticket = sighting.ticket;
	object->updated = now;
	if (signal->kind != TD_SIGNAL_NOTED) {
		calm(monitor, &sighting, now);
		set(&object->state, signal->state);
	}
	if (signal->kind == TD_SIGNAL_PROBLEM)
		take_problem(monitor, &sighting, now);
	else if (signal->kind == TD_SIGNAL_RECOVERY)
		take_recovery(monitor, &sighting, now);
	*result = sighting;
	return TRUE;
}

/* ---- all of a ticket ---- */

gboolean
td_monitor_all_well(
    TdDraft *draft, guint64 number, gboolean *well, GError **error)
{
	const GPtrArray *planned = draft->plan->objects;
	g_autoptr(GPtrArray) stored = NULL;

	*well = FALSE;
	for (guint i = 0; i < planned->len; i++) {
		const TdObject *object = planned->pdata[i];

		if (object->ticket == number && object->problem)
			return TRUE;
	}
	if (!td_object_problems(
	        draft->txn, number, TD_READ_MAX, &stored, error))
		return FALSE;
	for (guint i = 0; i < stored->len; i++)
		if (find_planned(draft->plan, stored->pdata[i]) == NULL)
			return TRUE;
	/* There may be more than were read. */
	*well = stored->len < TD_READ_MAX;
	return TRUE;
}
