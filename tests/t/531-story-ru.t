#!/bin/sh
# 531-story-ru.t - one ticket from its first mail to its last, in Russian
#
# The tale is in ../lib/story.sh, what people write and what they get in
# ../data/story/ru.  STORY_UPDATE=1 makes the samples anew.
. "${0%/*}/lib.sh"
. "$libdir/postfix.sh"
. "$libdir/story.sh"

story_begin ru 'Служба поддержки'
agent olga 'Ольга Петрова' ru
agent ivan 'Иван Орлов' ru
story_tell '5 – отлично' Закрыть
story_ends 'ещё одна на складе' 'Одна осталась'
finish
