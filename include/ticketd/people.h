/* people.h - agents, customers, and mail that waits for a word of theirs
 *
 * Part of the store: what store.h says of transactions and errors holds here
 * too. */

#ifndef TICKETD_PEOPLE_H
#define TICKETD_PEOPLE_H

#include <ticketd/store.h>

G_BEGIN_DECLS

/* ---- people ---- */

typedef enum {
	TD_ROLE_CUSTOMER,
	TD_ROLE_AGENT,
	TD_ROLE_LEAD, /* an agent who may override */
	TD_ROLE_LAST = TD_ROLE_LEAD,
} TdRole;

const char *td_role_name(TdRole role); /* "lead" */
gboolean td_role_from_name(const char *name, TdRole *role);

/* Strings and lists are never NULL. */
typedef struct {
	guint64 id; /* from 1, never given to another; 0: not stored yet */
	TdRole role;
	gboolean
	    removed; /* kept for the record: has no address, is in no list */
	char *
	    name; /* of agents unique by td_text_fold(), and never changed: the
	           * owner of tickets; of customers what they call themselves */
	char *full_name; /* of agents, as customers see it; "": name */
	GStrv
	    addresses; /* folded, the main one first; each one person's alone */
	char *language; /* "ru"; "": that of the queue */
	char *company;
	char *office;
	char *phone;
	char *equipment;
	GStrv queues;  /* of agents: names; empty: every queue */
	GStrv keys;    /* "openpgp:FINGERPRINT", "smime:FINGERPRINT", upper-case
	                * hex; bytes by td_person_key_get() */
	gboolean echo; /* wants a transcript each time */
	gint64 away;   /* until when, seconds UTC; 0: here */
	char *deputy;  /* name of an agent, or "" */
	GStrv skills;  /* of agents: tags, in lower case */
	char *calendar; /* of agents: name of their hours; "": the queue's */
	gint64 created;
	gint64 updated;
} TdPerson;

TdPerson *td_person_new(void); /* a customer, all empty */
void td_person_free(TdPerson *person);
TdPerson *td_person_copy(const TdPerson *person);
/* An agent or a lead.  Who was removed is none, and has no address or queue. */
gboolean td_person_is_agent(const TdPerson *person);
/* Whether folded @address is one of @person's. */
gboolean td_person_has_address(const TdPerson *person, const char *address);
/* Whether agent @person works in @queue (a name). */
gboolean td_person_has_queue(const TdPerson *person, const char *queue);

/* Writes @person and its indexes; id 0 is allotted and set.  Fails with
 * TD_ERROR_REFUSED, and writes nothing, if an address is another person's or
 * an agent's name another agent's: the text names both.  An agent must have a
 * name.  Of one who was removed the addresses are not kept, and address and
 * name are free for others. */
gboolean td_person_put(TdTxn *txn, TdPerson *person, GError **error);

/* *@person is the caller's, NULL if there is none; one who was removed is read
 * here alone. */
gboolean td_person_get(
    TdTxn *txn, guint64 id, TdPerson **person, GError **error);
gboolean td_person_by_address(
    TdTxn *txn, const char *folded, TdPerson **person, GError **error);
/* The agent whom @text names: by name (as td_text_fold() sees it), by address,
 * else by the one name that has a word beginning so.  NULL if there is none or
 * more than one; *@several, which may be NULL, tells which. */
gboolean td_person_find_agent(TdTxn *txn, const char *text, TdPerson **person,
    gboolean *several, GError **error);
/* All agents, by name; *@people is of TdPerson, the caller's. */
gboolean td_person_agents(TdTxn *txn, GPtrArray **people, GError **error);
/* Customers with id > @after in order, up to @limit (<= TD_READ_MAX). */
gboolean td_person_customers(
    TdTxn *txn, guint64 after, guint limit, GPtrArray **people, GError **error);

/* Public keys or certificates, by what stands in TdPerson.keys; *@bytes is the
 * caller's, NULL if there is none.  To put NULL takes one away. */
gboolean td_person_key_put(
    TdTxn *txn, const char *key, GBytes *bytes, GError **error);
gboolean td_person_key_get(
    TdTxn *txn, const char *key, GBytes **bytes, GError **error);

/* ---- holds: mail that waits for a word of its writer ---- */

/* Strings are never NULL. */
typedef struct {
	guint64 id;     /* from 1; set by td_hold_put() when 0 */
	guint64 ticket; /* the one the mail was for; may be 0 */
	char *from;     /* folded: who must answer */
	char *kind;     /* "mistake", "confirm", "leak", "add-address" */
	TdPlace mail;   /* the held mail; sequence 0: there is none */
	char *text;     /* what is wanted instead of a mail: an address */
	guint64 person; /* on whose behalf; 0: nobody in people */
	gint64 created;
	gint64 expires; /* seconds UTC; who asks compares */
} TdHold;

TdHold *td_hold_new(void);
void td_hold_free(TdHold *hold);
gboolean td_hold_put(TdTxn *txn, TdHold *hold, GError **error);
/* *@hold is the caller's, NULL if there is none. */
gboolean td_hold_get(TdTxn *txn, guint64 id, TdHold **hold, GError **error);
/* The newest of that ticket and folded address, expired ones too, among those
 * whose id is below @before (0: all). */
gboolean td_hold_newest(TdTxn *txn, guint64 ticket, const char *from,
    guint64 before, TdHold **hold, GError **error);
/* One that is gone is fine. */
gboolean td_hold_delete(TdTxn *txn, guint64 id, GError **error);
/* Deletes up to @limit that expired before @before. */
gboolean td_hold_expire(
    TdTxn *txn, gint64 before, guint limit, guint *count, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdPerson, td_person_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TdHold, td_hold_free)

G_END_DECLS

#endif
