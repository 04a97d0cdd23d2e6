/* fuzz-tnef.c - any bytes as a TNEF attachment ("winmail.dat") */

#include "config.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	fuzz_check_body("Content-Type: application/ms-tnef; name=winmail.dat\n",
	    data, size);
	return 0;
}
