/* shape.h - the words behind one command while they are read
 *
 * Each shape of arguments has one function, in shapes.c and shapes-number.c,
 * listed in arguments.c. */

#ifndef TICKETD_COMMAND_SHAPE_H
#define TICKETD_COMMAND_SHAPE_H

#include "command/arguments.h"

typedef struct {
	const TdArguments *from;
	GStrv words;  /* as written */
	GStrv folded; /* as many */
	guint count;
	gsize *text_from; /* of td_arguments_read() */
} TdReading;

typedef gboolean (*TdShapeFunc)(TdReading *reading, TdCommand *command);

/* Reads the words again, up to @to; @comma: it parts them too. */
void td_reading_words(TdReading *reading, gsize to, gboolean comma);

/* What the word stands for, if that is one of @kinds, else NULL. */
const TdValue *td_reading_value(
    const TdReading *reading, guint kinds, const char *folded);

/* '-' or "none". */
gboolean td_reading_is_none(const TdReading *reading, const char *folded);

/* Index of the first word but for one that means nothing ("to", "into"). */
guint td_reading_first(const TdReading *reading);

/* Whether @word can be the name of an agent, a queue, a type, a tag. */
gboolean td_reading_is_name(const char *word);

/* A number from @least to @most; a ticket's, with or without '#'. */
gboolean td_reading_number(
    const char *word, guint64 least, guint64 most, guint64 *number);
gboolean td_reading_ticket(const char *word, guint64 *number);

void td_reading_set_word(TdCommand *command, const char *word);

/* The text from byte @at of the line on. */
void td_reading_set_text(
    const TdReading *reading, gsize at, TdCommand *command);

gboolean td_shape_away(TdReading *reading, TdCommand *command);
gboolean td_shape_copies(TdReading *reading, TdCommand *command);
gboolean td_shape_count(TdReading *reading, TdCommand *command);
gboolean td_shape_field(TdReading *reading, TdCommand *command);
gboolean td_shape_language(TdReading *reading, TdCommand *command);
gboolean td_shape_level(TdReading *reading, TdCommand *command);
gboolean td_shape_link(TdReading *reading, TdCommand *command);
gboolean td_shape_list(TdReading *reading, TdCommand *command);
gboolean td_shape_minutes(TdReading *reading, TdCommand *command);
gboolean td_shape_name(TdReading *reading, TdCommand *command);
gboolean td_shape_nothing(TdReading *reading, TdCommand *command);
gboolean td_shape_one_address(TdReading *reading, TdCommand *command);
gboolean td_shape_rank(TdReading *reading, TdCommand *command);
gboolean td_shape_remind(TdReading *reading, TdCommand *command);
gboolean td_shape_report(TdReading *reading, TdCommand *command);
gboolean td_shape_score(TdReading *reading, TdCommand *command);
gboolean td_shape_switch(TdReading *reading, TdCommand *command);
gboolean td_shape_tags(TdReading *reading, TdCommand *command);
gboolean td_shape_text(TdReading *reading, TdCommand *command);
gboolean td_shape_ticket(TdReading *reading, TdCommand *command);
gboolean td_shape_time(TdReading *reading, TdCommand *command);
gboolean td_shape_title(TdReading *reading, TdCommand *command);
gboolean td_shape_type(TdReading *reading, TdCommand *command);
gboolean td_shape_value(TdReading *reading, TdCommand *command);
gboolean td_shape_who(TdReading *reading, TdCommand *command);

#endif
