/* request-agent.h - what the files about agents share */

#ifndef TICKETD_SERVER_REQUEST_AGENT_H
#define TICKETD_SERVER_REQUEST_AGENT_H

#include "server/request-people.h"

#define TD_AGENT_NAME_MAX 64u
#define TD_AGENT_SKILL_MAX 64u
#define TD_AGENT_SKILLS_MAX 100u

/* One job of the writer on one agent. */
typedef struct {
	const TdCall *call;
	TdPeopleRules rules;
	TdPerson *agent; /* as he is now; owned by who runs the job */
	const char *key; /* agent-key-add: what was read */
} TdAgentJob;

/* Whether an agent may be called so. */
gboolean td_agent_check_name(const char *name, GError **error);

/* The agent of that name or address; the caller's.  TD_ERROR_REFUSED tells who
 * there is. */
gboolean td_agent_need(
    TdTxn *txn, const char *name, TdPerson **agent, GError **error);

/* Runs @work with @job, which is filled in; on success job->agent is the
 * caller's. */
gboolean td_agent_run(
    const TdCall *call, TdWriteFunc work, TdAgentJob *job, GError **error);

#endif
