#!/bin/sh
# man.sh - the man pages are well made
. "${0%/*}/../lib/lint.sh"

need mandoc
lint 'mandoc has nothing to say' mandoc -Tlint -Wwarning man/*.[1-9]
