/* run-standalone.c - a fuzzing entry without libFuzzer
 *
 * run-standalone [-n ROUNDS] [-t SECONDS] [-s SEED] [FILE...]
 *
 * Gives each FILE (without any: the standard input) to the entry, then random
 * mutations of them: ROUNDS, or as many as there is time for.  The same SEED
 * gives the same mutations.  A mistake ends the program as the entry does it;
 * then the input is in the file fuzz-last. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	SIZE_MOST = 1 << 16,
	MUTATIONS_MOST = 8
};

typedef struct {
	uint8_t *data;
	size_t size;
} Input;

static uint64_t state;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* xorshift64* (Vigna). */
static size_t
random_below(size_t limit)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return limit == 0
	    ? 0
	    : (size_t)((state * 0x2545f4914f6cdd1dULL) >> 11) % limit;
}

static Input
read_file(FILE *file)
{
	Input input = { malloc(SIZE_MOST), 0 };

	if (input.data == NULL)
		abort();
	input.size = fread(input.data, 1, SIZE_MOST, file);
	return input;
}

/* Replaces @cut bytes at @at by @size others. */
static void
splice(Input *input, size_t at, size_t cut, const uint8_t *data, size_t size)
{
	if (input->size - cut + size > SIZE_MOST)
		return;
	memmove(input->data + at + size, input->data + at + cut,
	    input->size - at - cut);
	memcpy(input->data + at, data, size);
	input->size = input->size - cut + size;
}

static void
mutate(Input *input, const Input *inputs, size_t count)
{
	static const char *const pieces[] = { "\n", ";", ":", "=", "#", "!",
		" ", "-", "+", "\"", "'", ".", "@", "#12 ", "\xc2\xa0",
		"\xef\xbb\xbf", "\xe2\x80\x8b", "\xff", "\xd0", "close", "note",
		"stop", "\xef\xbc\x9a", "\xd1\x91", "999999999999999999" };
	const Input *other = &inputs[random_below(count)];
	size_t at = random_below(input->size + 1);
	size_t cut = random_below(input->size - at + 1);
	size_t from = random_below(other->size + 1);
	uint8_t byte = (uint8_t)random_below(256);
	const char *piece;

	switch (random_below(5)) {
	case 0:
		splice(input, at, at < input->size, &byte, 1);
		break;
	case 1:
		splice(input, at, cut > 20 ? random_below(20) : cut,
		    (const uint8_t *)"", 0);
		break;
	case 2:
		splice(input, at, 0, other->data + from,
		    random_below(other->size - from + 1));
		break;
	case 3:
		splice(input, at, 0, &byte, 1);
		break;
	default:
		piece =
		    pieces[random_below(sizeof(pieces) / sizeof(pieces[0]))];
		splice(input, at, 0, (const uint8_t *)piece, strlen(piece));
		break;
	}
}

/* Keeps it where it can be found if the entry does not come back. */
static void
try_input(const Input *input, FILE *last)
{
	uint8_t *copy = malloc(input->size + 1);

	if (copy == NULL)
		abort();
	if (last != NULL) {
		rewind(last);
		if (fwrite(input->data, 1, input->size, last) < input->size ||
		    fflush(last) != 0 ||
		    ftruncate(fileno(last), (off_t)input->size) != 0)
			abort();
	}
	/* Of exactly its size, so that a byte read too many is seen. */
	copy = realloc(copy, input->size == 0 ? 1 : input->size);
	if (copy == NULL)
		abort();
	memcpy(copy, input->data, input->size);
	LLVMFuzzerTestOneInput(copy, input->size);
	free(copy);
}

static unsigned long
fuzz(const Input *inputs, size_t count, unsigned long rounds, time_t end)
{
	Input input = { malloc(SIZE_MOST), 0 };
	FILE *last = fopen("fuzz-last", "wb");
	unsigned long done;

	if (input.data == NULL)
		abort();
	for (done = 0; done < rounds && (end == 0 || time(NULL) < end);
	     done++) {
		const Input *base = &inputs[random_below(count)];
		size_t changes = 1 + random_below(MUTATIONS_MOST);

		memcpy(input.data, base->data, base->size);
		input.size = base->size;
		while (changes-- > 0)
			mutate(&input, inputs, count);
		try_input(&input, last);
	}
	if (last != NULL) {
		fclose(last);
		remove("fuzz-last");
	}
	free(input.data);
	return done;
}

static Input *
read_inputs(char **names, size_t *count)
{
	size_t files = 0;
	Input *inputs;

	while (names[files] != NULL)
		files++;
	*count = files == 0 ? 1 : files;
	inputs = calloc(*count, sizeof(*inputs));
	if (inputs == NULL)
		abort();
	if (files == 0)
		inputs[0] = read_file(stdin);
	for (size_t i = 0; i < files; i++) {
		FILE *file = fopen(names[i], "rb");

		if (file == NULL) {
			perror(names[i]);
			exit(1);
		}
		inputs[i] = read_file(file);
		fclose(file);
	}
	return inputs;
}

int
main(int argc, char **argv)
{
	unsigned long rounds = 0, done;
	time_t end = 0;
	size_t count;
	Input *inputs;
	int option;

	state = 1;
	while ((option = getopt(argc, argv, "n:t:s:")) != -1) {
		if (option == 'n')
			rounds = strtoul(optarg, NULL, 10);
		else if (option == 't')
			end = time(NULL) + atoi(optarg);
		else if (option == 's')
			state = strtoull(optarg, NULL, 10) | 1;
		else
			return 2;
	}
	if (end != 0 && rounds == 0)
		rounds = (unsigned long)-1;
	inputs = read_inputs(argv + optind, &count);
	for (size_t i = 0; i < count; i++)
		try_input(&inputs[i], NULL);
	done = fuzz(inputs, count, rounds, end);
	printf("%zu files, %lu mutations\n", count, done);
	for (size_t i = 0; i < count; i++)
		free(inputs[i].data);
	free(inputs);
	return 0;
}
