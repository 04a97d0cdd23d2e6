/* fuzz-message.c - any bytes as a mail */

#include "config.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	fuzz_check_mail(fuzz_bytes(data, size), size);
	return 0;
}
