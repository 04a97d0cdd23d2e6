/* scan-build.h - what clang's analyzer cannot see, for it looks into one file
 * at a time: functions that are always FALSE
 *
 * It is included in front of each file but those that define them. */

#include <ticketd/error.h>
#define td_fail(...) ((void)(td_fail)(__VA_ARGS__), FALSE)

#ifdef TD_SCAN_STORE
#include "store/store-private.h"
#define td_store_fail(...) ((void)(td_store_fail)(__VA_ARGS__), FALSE)
#define td_row_damaged(...) ((void)(td_row_damaged)(__VA_ARGS__), FALSE)
#endif
