#!/bin/sh
# analyzer.sh - gcc -fanalyzer finds no fault in the programs
. "${0%/*}/../lib/lint.sh"

lint 'gcc -fanalyzer finds no fault' make -s -C "$TD_BUILDDIR" analyze
