/* names.c - classes of mail and rules of threading by name */

#include "config.h"

#include "desk/desk-private.h"

const char *
td_class_name(TdClass class)
{
	static const char *const names[] = {
		[TD_CLASS_HUMAN] = "human",
		[TD_CLASS_AUTO_REPLY] = "auto-reply",
		[TD_CLASS_NOTIFICATION] = "notification",
		[TD_CLASS_LIST] = "list",
		[TD_CLASS_BOUNCE] = "bounce",
		[TD_CLASS_RECEIPT] = "receipt",
		[TD_CLASS_REPORT] = "report",
		[TD_CLASS_OWN] = "own",
		[TD_CLASS_SPAM] = "spam",
	};

	return names[class];
}

gboolean
td_class_is_report(TdClass class)
{
	return class == TD_CLASS_BOUNCE || class == TD_CLASS_RECEIPT ||
	    class == TD_CLASS_REPORT;
}

gboolean
td_class_is_event(TdClass class)
{
	return td_class_is_report(class) || class == TD_CLASS_AUTO_REPLY ||
	    class == TD_CLASS_OWN;
}

void
td_classified_clear(TdClassified *classified)
{
	g_clear_pointer(&classified->reason, g_free);
	g_clear_pointer(&classified->silence, g_free);
}

const char *
td_rule_name(TdRule rule)
{
	static const char *const names[] = {
		[TD_RULE_DUPLICATE] = "duplicate",
		[TD_RULE_ADDRESS] = "address",
		[TD_RULE_REPORT] = "report",
		[TD_RULE_REFERENCES] = "references",
		[TD_RULE_TAG] = "tag",
		[TD_RULE_NEW] = "new",
	};

	return names[rule];
}
