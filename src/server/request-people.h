/* request-people.h - what the verbs about agents and customers share
 *
 * Each such verb is one job of the writer, which reads the person, changes it
 * by the words of the request and writes it. */

#ifndef TICKETD_SERVER_REQUEST_PEOPLE_H
#define TICKETD_SERVER_REQUEST_PEOPLE_H

#include "server/request.h"

/* What the words are checked against; all is borrowed. */
typedef struct {
	const TdDesk *desk;
	const TdLetters *letters; /* for languages */
	gboolean keep_empty;      /* an empty text changes nothing */
} TdPeopleRules;

/* Texts are taken trimmed, as one line. */
#define TD_PEOPLE_TEXT_MAX 500u

/* @text folded, the caller's.  TD_ERROR_USAGE: it is no address;
 * TD_ERROR_REFUSED: it is one of the desk's own, whose mail would come back to
 * it for ever. */
char *td_people_address(
    const TdPeopleRules *rules, const char *text, GError **error);

/* "" for "none"; else one that the desk speaks; the caller's.
 * TD_ERROR_REFUSED names those. */
char *td_people_language(
    const TdPeopleRules *rules, const char *text, GError **error);

/* @text as it is kept, the caller's.  TD_ERROR_USAGE: too long; says that it is
 * @name. */
char *td_people_text(const char *name, const char *text, GError **error);

/* Replaces *@field, unless it is the same: then @name is added to @what. */
void td_people_set(
    char **field, const char *value, const char *name, GString *what);
void td_people_note(GString *what, const char *name);

/* Takes those members of @words that are there and are texts: name (of
 * customers), company, office, phone, equipment, language.  @what is told which
 * changed. */
gboolean td_people_take_fields(const TdPeopleRules *rules, JsonObject *words,
    TdPerson *person, GString *what, GError **error);

/* Adds, or takes away, each of the addresses in the array @name of @words,
 * which may be absent.  TD_ERROR_REFUSED: not the person's, or the last. */
gboolean td_people_add_addresses(const TdPeopleRules *rules, JsonObject *words,
    const char *name, TdPerson *person, GString *what, GError **error);
gboolean td_people_remove_addresses(JsonObject *words, const char *name,
    TdPerson *person, GString *what, GError **error);
void td_people_add_address(TdPerson *person, const char *folded, GString *what);

/* Appends @event to the desk's own record. */
gboolean td_people_append(TdTxn *txn, TdEvent *event, GError **error);
/* An event on it: @what happened to @person. */
gboolean td_people_record(TdTxn *txn, const char *actor, const char *person,
    const char *what, gint64 now, GError **error);

/* Whom the desk's people are called by in events and errors: an agent's name, a
 * customer's main address; borrowed. */
const char *td_people_called(const TdPerson *person);

/* The caller owns it. */
JsonObject *td_json_person(const TdPerson *person);

#endif
