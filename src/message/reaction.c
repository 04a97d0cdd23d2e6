/* reaction.c - see message/reaction.h
 *
 * A short answer of a person must never be taken for a reaction: who sent only
 * an emoji wrote a message, and what is one must be marked as one by a program,
 * or have the words that only a program writes. */

#include "config.h"

#include <string.h>

#include <json-glib/json-glib.h>

#include "message/reaction.h"
#include "message/text.h"

#define EMOJI_MAX 64 /* bytes */
#define PART_MAX 1024
#define LINE_MAX_SIZE 300

/* Whether the character is an emoji, or changes or joins such. */
static gboolean
is_emoji(gunichar c)
{
	return (c >= 0x1f000 && c <= 0x1faff) || (c >= 0x2190 && c <= 0x21ff) ||
	    (c >= 0x2300 && c <= 0x23ff) || (c >= 0x2600 && c <= 0x27bf) ||
	    (c >= 0x2900 && c <= 0x297f) || (c >= 0x2b00 && c <= 0x2bff) ||
	    (c >= 0xe0020 && c <= 0xe007f) || c == 0xfe0f || c == 0x200d ||
	    c == 0x20e3 || c == 0x203c || c == 0x2049 || c == 0x3030 ||
	    c == 0x303d || c == 0x3297 || c == 0x3299 || c == 0xa9 || c == 0xae;
}

/* Bytes of emoji at the beginning of @text. */
static gsize
emoji_size(const char *text)
{
	const char *at = text;

	while (*at != '\0' && is_emoji(g_utf8_get_char(at)))
		at = g_utf8_next_char(at);
	/* A digit in a box begins with the digit. */
	if (at == text && g_ascii_ispunct(*at) == 0 && g_ascii_isdigit(*at) &&
	    g_str_has_prefix(at + 1, "\357\270\217\342\203\243"))
		return 7;
	return (gsize)(at - text);
}

/* @text if it is one or some emoji and nothing else, else NULL.  The caller
 * owns it. */
static char *
only_emoji(const char *text)
{
	g_autofree char *trimmed = g_strstrip(g_strdup(text));
	gsize size = strlen(trimmed);

	if (size == 0 || size > EMOJI_MAX || emoji_size(trimmed) != size)
		return NULL;
	return g_steal_pointer(&trimmed);
}

/* The emoji in what Gmail adds for programs: {"emoji":"...","version":1}. */
static char *
read_json(const TdPart *part)
{
	g_autoptr(GByteArray) bytes = td_part_read(part, PART_MAX, NULL);
	g_autofree char *text = g_strndup(
	    (const char *)bytes->data, bytes->len);
	g_autoptr(JsonNode) root = NULL;
	JsonNode *emoji;

	if (!g_utf8_validate(text, -1, NULL))
		return NULL;
	root = json_from_string(text, NULL);
	if (root == NULL || !JSON_NODE_HOLDS_OBJECT(root))
		return NULL;
	emoji = json_object_get_member(json_node_get_object(root), "emoji");
	if (emoji == NULL || !JSON_NODE_HOLDS_VALUE(emoji) ||
	    json_node_get_value_type(emoji) != G_TYPE_STRING)
		return NULL;
	return only_emoji(json_node_get_string(emoji));
}

/* What a part that is marked as a reaction says; NULL if no part is. */
static char *
marked(const TdMime *mime, gboolean *disposition)
{
	for (guint i = 0; i < mime->leaves->len; i++) {
		const TdPart *leaf = g_ptr_array_index(mime->leaves, i);
		g_autofree char *text = NULL;

		*disposition = leaf->disposition != NULL &&
		    strcmp(td_params_value(leaf->disposition), "reaction") == 0;
		if (td_part_is(leaf, "text/vnd.google.email-reaction+json"))
			return read_json(leaf);
		if (!*disposition || !g_str_has_prefix(leaf->type, "text/"))
			continue;
		text = td_text_of_part(leaf, NULL);
		return only_emoji(text);
	}
	return NULL;
}

/* What the writer added as one line, without the link below it; NULL if it is
 * more than that can be. */
static char *
one_line(const char *text)
{
	GString *line = g_string_new(NULL);
	g_autofree char *whole = NULL;
	char *link;

	for (; *text != '\0' && line->len < LINE_MAX_SIZE; text++) {
		gboolean blank = g_ascii_isspace(*text);

		if (!blank)
			g_string_append_c(line, *text);
		else if (line->len > 0 && line->str[line->len - 1] != ' ')
			g_string_append_c(line, ' ');
	}
	whole = g_strchomp(g_string_free(line, FALSE));
	link = strstr(whole, "<http");
	if (link != NULL && strchr(link, ' ') == NULL)
		*link = '\0';
	if (*text != '\0' && link == NULL)
		return NULL;
	g_strstrip(whole);
	return *whole == '\0' ? NULL : g_steal_pointer(&whole);
}

/* How programs say without a picture which one it is. */
static const char *
emoji_of_word(const char *word)
{
	static const char *const words[][2] = { { "like", "👍" },
		{ "thumbs up", "👍" }, { "heart", "❤️" },
		{ "love", "❤️" }, { "celebrate", "🎉" }, { "laugh", "😆" },
		{ "surprised", "😮" }, { "sad", "😢" }, { "thumbs down", "👎" } };

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_ascii_strcasecmp(word, words[i][0]) == 0)
			return words[i][1];
	return NULL;
}

/* What stands in front of the name: an emoji, or a word in brackets; *@line
 * becomes what follows.  NULL if neither does. */
static char *
leading(const char **line)
{
	gsize size = emoji_size(*line);
	g_autofree char *word = NULL;
	const char *end;

	if (size > 0 && size <= EMOJI_MAX && (*line)[size] == ' ') {
		char *emoji = g_strndup(*line, size);

		*line += size + 1;
		return emoji;
	}
	end = **line == '[' ? strchr(*line, ']') : NULL;
	if (end == NULL || end[1] != ' ')
		return NULL;
	word = g_strndup(*line + 1, (gsize)(end - *line) - 1);
	if (emoji_of_word(word) == NULL)
		return NULL;
	*line = end + 2;
	return g_strdup(emoji_of_word(word));
}

/* Whether @line is "NAME WORDS" with the name of who sent the mail. */
static gboolean
is_of_sender(const TdMessage *message, const char *line, const char *words)
{
	const TdAddress *from;
	gsize size;

	if (message->from->len == 0)
		return FALSE;
	from = g_ptr_array_index(message->from, 0);
	size = strlen(from->name);
	return size > 0 && strncmp(line, from->name, size) == 0 &&
	    line[size] == ' ' && strcmp(line + size + 1, words) == 0;
}

/* "EMOJI NAME reacted via Gmail" and its kind. */
static char *
provider_words(const TdMessage *message, const char *line)
{
	static const struct {
		const char *words;
		const char *emoji; /* NULL: it must stand in front */
	} rows[] = { { "reacted via Gmail", NULL },
		{ "reacted via Outlook", NULL },
		{ "reacted to your message", NULL },
		{ "reacted to your message:", NULL },
		{ "liked your message", "👍" }, { "liked your message:", "👍" },
		{ "loved your message", "❤️" },
		{ "loved your message:", "❤️" },
		{ "laughed at your message", "😆" } };
	g_autofree char *emoji = leading(&line);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (!is_of_sender(message, line, rows[i].words))
			continue;
		if (emoji != NULL)
			return g_steal_pointer(&emoji);
		return g_strdup(rows[i].emoji);
	}
	return NULL;
}

/* "Liked “what you wrote”", as telephones send it. */
static char *
tapback(const char *line)
{
	static const struct {
		const char *verb;
		const char *emoji;
	} rows[] = { { "Liked “", "👍" }, { "Loved “", "❤️" },
		{ "Disliked “", "👎" }, { "Laughed at “", "😆" },
		{ "Emphasized “", "‼️" }, { "Questioned “", "❓" },
		{ "Liked an image", "👍" }, { "Loved an image", "❤️" } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		if (g_str_has_prefix(line, rows[i].verb) &&
		    (g_str_has_suffix(line, "”") ||
		        strcmp(line, rows[i].verb) == 0))
			return g_strdup(rows[i].emoji);
	return NULL;
}

/* The text that stands for a reaction where a program cannot show one. */
static char *
spelled(const TdMessage *message)
{
	g_autofree char *line = one_line(message->reply_text);
	char *emoji;

	if (line == NULL)
		return NULL;
	if (g_str_has_prefix(line, "Reaction: "))
		return only_emoji(line + strlen("Reaction: "));
	emoji = provider_words(message, line);
	return emoji != NULL ? emoji : tapback(line);
}

/* Whether the mail says something beside its reaction. */
static gboolean
says_more(const TdMessage *message)
{
	g_autofree char *only = only_emoji(message->reply_text);

	return only == NULL &&
	    message->reply_text[strspn(message->reply_text, " \t\n")] != '\0';
}

char *
td_reaction_read(const TdMessage *message, const TdMime *mime)
{
	gboolean disposition = FALSE;
	g_autofree char *emoji = marked(mime, &disposition);

	/* A reaction reacts to something (RFC 9078, section 2). */
	if (message->references[0] == NULL)
		return g_strdup("");
	if (emoji != NULL && disposition && says_more(message))
		return g_strdup("");
	if (emoji == NULL)
		emoji = spelled(message);
	return emoji == NULL ? g_strdup("") : g_steal_pointer(&emoji);
}
