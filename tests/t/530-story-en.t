#!/bin/sh
# 530-story-en.t - one ticket from its first mail to its last, in English
#
# The tale is in ../lib/story.sh, what people write and what they get in
# ../data/story/en.  STORY_UPDATE=1 makes the samples anew.
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"
. "$libdir/story.sh"

story_begin en 'Help desk'
agent olga 'Olga Petrova' en
agent ivan 'Ivan Orlov' en
story_tell '5 – very good' Close
story_ends 'is there one on the shelf' 'There is one left'
finish
