/* gate.c - many readers or one writer, neither starved
 *
 * Not a GRWLock: that prefers readers, so a desk full of people who look at
 * lists could keep mail waiting. */

#include "config.h"

#include "store/store-private.h"

void
td_gate_init(TdGate *gate)
{
	g_mutex_init(&gate->mutex);
	g_cond_init(&gate->cond);
}

void
td_gate_clear(TdGate *gate)
{
	g_mutex_clear(&gate->mutex);
	g_cond_clear(&gate->cond);
}

static void
enter_shared(TdGate *gate)
{
	if (gate->writing || gate->writers_waiting > 0) {
		gate->readers_waiting++;
		while (gate->writing ||
		    (gate->writers_waiting > 0 && gate->admitted == 0))
			g_cond_wait(&gate->cond, &gate->mutex);
		gate->readers_waiting--;
		if (gate->admitted > 0)
			gate->admitted--;
	}
	gate->readers++;
}

static void
enter_exclusive(TdGate *gate)
{
	gate->writers_waiting++;
	while (gate->writing || gate->readers > 0 || gate->admitted > 0)
		g_cond_wait(&gate->cond, &gate->mutex);
	gate->writers_waiting--;
	gate->writing = TRUE;
}

void
td_gate_enter(TdGate *gate, gboolean exclusive)
{
	g_mutex_lock(&gate->mutex);
	if (exclusive)
		enter_exclusive(gate);
	else
		enter_shared(gate);
	g_mutex_unlock(&gate->mutex);
}

void
td_gate_leave(TdGate *gate, gboolean exclusive)
{
	g_mutex_lock(&gate->mutex);
	if (exclusive) {
		gate->writing = FALSE;
		gate->admitted = gate->readers_waiting;
		g_cond_broadcast(&gate->cond);
	} else {
		gate->readers--;
		if (gate->readers == 0)
			g_cond_broadcast(&gate->cond);
	}
	g_mutex_unlock(&gate->mutex);
}
