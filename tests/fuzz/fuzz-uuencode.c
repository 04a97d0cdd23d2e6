/* fuzz-uuencode.c - any bytes as a text that may have uuencoded files in it */

#include "config.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	fuzz_check_body(
	    "Content-Type: text/plain; charset=utf-8\n", data, size);
	return 0;
}
