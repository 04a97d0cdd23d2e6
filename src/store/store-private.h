/* store-private.h - what the files of the store share
 *
 * One btree a file, keys big-endian, so that the order of keys is the order of
 * numbers.  The layout of each value stands in the file that writes it. */

#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include "store/check-private.h"
#include "store/environment-private.h"
#include "store/record-private.h"
#include "store/row-private.h"
#include "store/txn-private.h"

#endif
