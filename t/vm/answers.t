#!/bin/sh
# What is typed when a guest asks: once, the right thing, and nowhere to be read.
# t/unit/answers.c has what counts as a prompt.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/vm.sh"
need jq

at='^Please unlock disk root: $'
right="answers: [{prompt: '$at', say: secret word}]"
wrong="answers: [{prompt: '$at', say: sesame}]"
# the guest's kernel prints its command line: ~ is not part of the words
key() { sed -i 's/ vt.do=/ vt.say=sec~ret+word&/' "$work/$1/vm.yaml"; }

boot_dir right unlock,poweroff "$right"
boot_dir wrong unlock,poweroff "$wrong"
boot_dir turn unlock,poweroff \
	"answers: [{prompt: '$at', say: x}, {prompt: unlock, say: secret word}]"
boot_dir again unlock,again,poweroff "$right
reboots: true"
boot_dir idle init,poweroff "$right"
timeout=40 boot_dir none unlock,poweroff
for d in right wrong turn again idle none; do key $d/boot; done
several vt-xkvm right wrong turn again idle none

exited right 0
outcome right boot poweroff
log=$work/right/logs/boot-serial.log
has "$log" 'Please unlock disk root: ' 'the guest asks'
has "$log" 'cryptsetup: root: set up successfully' 'and is answered'
is "$(report right boot '.answers[] | "\(.typed) \(.prompt)"')" "1 $at" \
	'the report counts it'
for f in logs/boot-serial.log logs/boot.json; do
	hasnt "$work/right/$f" 'secret' "$f does not have the answer"
done
hasnt "$work/right.err" 'secret' "nor do the tool's words"

exited wrong 1
outcome wrong boot fatal-line
cause wrong boot "'Please unlock disk root: ': the answer to it was refused"
is "$(report wrong boot .rule.id)" answer-refused 'the rule'
is "$(report wrong boot '.answers[0].typed')" 1 'it was typed once'
is "$(grep -c 'cryptsetup: ERROR' "$work/wrong/logs/boot-serial.log")" 1 \
	'and refused once'

exited turn 0
is "$(report turn boot '[.answers[].typed] | join(" ")')" '1 1' \
	'two answers to one prompt are given in turn'
exited again 0
is "$(report again boot '.answers[0].typed')" 2 'a guest that reboots asks again'

exited idle 0
is "$(report idle boot '.answers[0].typed')" 0 'a guest that does not ask'
exited none 4
outcome none boot timeout
cause none boot 'timed out .*last line on the console: Please unlock disk root: '

install_dir install start,unlock,success,poweroff "$right"
key install/install
several vt-launch install
exited install 0
is "$(report install install '.answers[0].typed')" 1 'an installer that asks'

done_testing
