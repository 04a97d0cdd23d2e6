/* fuzz-cms.c - any bytes as an S/MIME mail in one piece */

#include "config.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	fuzz_check_body("Content-Type: application/pkcs7-mime; "
	                "smime-type=signed-data; name=smime.p7m\n",
	    data, size);
	return 0;
}
