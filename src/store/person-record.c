/* person-record.c - a person as the value of a row
 *
 * A GVariant: a tuple of fixed size that begins with the id, the name as
 * indexes have it, then texts and lists. */

#include "config.h"

#include "store/store-private.h"

/* Texts of the record, in its order. */
static const gsize texts[] = {
	G_STRUCT_OFFSET(TdPerson, name),
	G_STRUCT_OFFSET(TdPerson, full_name),
	G_STRUCT_OFFSET(TdPerson, language),
	G_STRUCT_OFFSET(TdPerson, company),
	G_STRUCT_OFFSET(TdPerson, office),
	G_STRUCT_OFFSET(TdPerson, phone),
	G_STRUCT_OFFSET(TdPerson, equipment),
	G_STRUCT_OFFSET(TdPerson, deputy),
};

static const gsize lists[] = {
	G_STRUCT_OFFSET(TdPerson, addresses),
	G_STRUCT_OFFSET(TdPerson, queues),
	G_STRUCT_OFFSET(TdPerson, keys),
};

#define FIRST_TEXT (TD_PERSON_FOLDED + 1)
#define FIRST_LIST TD_PERSON_ADDRESSES
#define MEMBERS (FIRST_LIST + G_N_ELEMENTS(lists) + 1)

G_STATIC_ASSERT(FIRST_TEXT + G_N_ELEMENTS(texts) == FIRST_LIST);

/* What came later; most people have none of it. */
static GVariant *
encode_tail(const TdPerson *person)
{
	GVariantBuilder tail;

	if (person->skills[0] == NULL && *person->calendar == '\0')
		return td_value_tail();
	g_variant_builder_init(&tail, G_VARIANT_TYPE_VARDICT);
	if (person->skills[0] != NULL)
		g_variant_builder_add(
		    &tail, "{sv}", "skills", td_value_texts(person->skills));
	if (*person->calendar != '\0')
		g_variant_builder_add(
		    &tail, "{sv}", "calendar", td_value_text(person->calendar));
	return g_variant_builder_end(&tail);
}

void
td_person_encode(const TdPerson *person, guint64 id, const char *folded,
    GStrv addresses, TdRow *row)
{
	GVariant *members[MEMBERS];
	guint i;

	members[0] = g_variant_new(TD_TYPE_PERSON_FIXED, id, person->created,
	    person->updated, person->away, person->role, person->removed != 0,
	    person->echo != 0);
	members[TD_PERSON_FOLDED] = td_value_text(folded);
	for (i = 0; i < G_N_ELEMENTS(texts); i++)
		members[FIRST_TEXT + i] = td_value_text(
		    G_STRUCT_MEMBER(char *, person, texts[i]));
	members[FIRST_LIST] = td_value_texts(addresses);
	for (i = 1; i < G_N_ELEMENTS(lists); i++)
		members[FIRST_LIST + i] = td_value_texts(
		    G_STRUCT_MEMBER(GStrv, person, lists[i]));
	members[MEMBERS - 1] = encode_tail(person);
	td_value_write(g_variant_new_tuple(members, MEMBERS), 0, row);
}

static void
read_tail(TdPerson *person, GVariant *tail)
{
	GStrv skills = NULL;
	char *calendar = NULL;

	if (g_variant_lookup(tail, "skills", "^as", &skills)) {
		g_strfreev(person->skills);
		person->skills = skills;
	}
	if (g_variant_lookup(tail, "calendar", "s", &calendar)) {
		g_free(person->calendar);
		person->calendar = calendar;
	}
}

TdPerson *
td_person_decode(const void *data, gsize size)
{
	g_autoptr(GVariant) value = td_value_read(TD_TYPE_PERSON, data, size);
	g_autoptr(GVariant) fixed = NULL;
	g_autoptr(GVariant) tail = NULL;
	g_autoptr(TdPerson) person = NULL;
	guint8 role;
	guint8 removed;
	guint8 echo;
	guint i;

	if (value == NULL)
		return NULL;
	person = td_person_new();
	fixed = g_variant_get_child_value(value, 0);
	g_variant_get(fixed, TD_TYPE_PERSON_FIXED, &person->id,
	    &person->created, &person->updated, &person->away, &role, &removed,
	    &echo);
	if (role > TD_ROLE_LAST)
		return NULL;
	person->role = role;
	person->removed = removed != 0;
	person->echo = echo != 0;
	for (i = 0; i < G_N_ELEMENTS(texts); i++) {
		char **text = G_STRUCT_MEMBER_P(person, texts[i]);

		g_free(*text);
		g_variant_get_child(value, FIRST_TEXT + i, "s", text);
	}
	for (i = 0; i < G_N_ELEMENTS(lists); i++) {
		GStrv *list = G_STRUCT_MEMBER_P(person, lists[i]);

		g_strfreev(*list);
		g_variant_get_child(value, FIRST_LIST + i, "^as", list);
	}
	tail = g_variant_get_child_value(value, MEMBERS - 1);
	read_tail(person, tail);
	return g_steal_pointer(&person);
}
