#!/bin/sh
# 411-ticket-customer.t - customers, one by one and out of a spreadsheet
. "${0%/*}/lib.sh"

desk_new
desk_start

customer() { # ADDRESS MEMBER
	ticket customer show "$1" --format=json | json "$2"
}

check 'a customer is added' ticket customer add Anna@Example.NET \
	--name 'Анна' --company 'ООО «Ромашка»' --office '3-14' \
	--phone '+7 495 000' --equipment 'HP 1020' --language ru \
	--address anna@home.example
is 'with a name' "$(customer anna@example.net name)" 'Анна'
is 'found by any address' "$(customer anna@home.example phone)" '+7 495 000'
ends 'once' 1 ticket customer add anna@example.net
ends 'nobody else has that address' 1 \
	ticket customer add other@example.net --address anna@example.net
ends 'an address is one' 64 ticket customer add anna
ends 'and not the desk'\''s' 1 ticket customer add support+x@example.org
check 'there is an agent' ticket agent add olga olga@example.net
ends 'who is no customer' 1 ticket customer add olga@example.net
ends 'nor to be changed as one' 1 ticket customer set olga@example.net --name x
check 'what is known is changed' ticket customer set anna@home.example \
	--office '' --name 'Anna' --remove-address anna@example.net
is 'an empty text clears' "$(customer anna@home.example office)" '(null)'
is 'a name is new' "$(customer anna@home.example name)" Anna
ends 'an address is gone' 1 ticket customer show anna@example.net
ends 'there must be something to change' 64 \
	ticket customer set anna@home.example
ends 'a language must be spoken' 1 \
	ticket customer set anna@home.example --language xx
check 'a customer is removed' ticket customer remove anna@home.example
ends 'and not there any more' 1 ticket customer show anna@home.example
is 'nor in the list' "$(ticket customer list)" ''

# ---- import ----

cat >"$work/utf8.csv" <<'CSV'
Address,Name,Company,Phone,Addresses,Language
anna@example.net,"Анна ""Аня"" Ёлкина","ООО ""Рога, копыта""",123,a@example.net;b@example.net,ru
bob@example.net,Bob,"Two
lines",,,
CSV
is 'rows are added' "$(ticket customer import "$work/utf8.csv")" \
	'added 2, changed 0, unchanged 0, refused 0'
is 'with quotes and commas' "$(customer anna@example.net company)" \
	'ООО "Рога, копыта"'
is 'and letters' "$(customer a@example.net name)" 'Анна "Аня" Ёлкина'
is 'and further addresses' "$(customer b@example.net address)" anna@example.net
is 'a text is one line' "$(customer bob@example.net company)" 'Two lines'
is 'again nothing changes' "$(ticket customer import "$work/utf8.csv")" \
	'added 0, changed 0, unchanged 2, refused 0'

# Excel in Russian: semicolons, windows-1251, CR LF.
printf 'Почта;ФИО;Организация;Телефон\r\n%s\r\n%s\r\n' \
	'anna@example.net;Анна Ёлкина;;' \
	'vera@example.net;Вера;"Рога; копыта";8-800' |
	iconv -f UTF-8 -t WINDOWS-1251 >"$work/excel.csv"
is 'a dry run tells what would be' \
	"$(ticket customer import --dry-run "$work/excel.csv")" \
	'added 1, changed 1, unchanged 0, refused 0 (a dry run)'
ends 'and does nothing' 1 ticket customer show vera@example.net
is 'then it is done' "$(ticket customer import "$work/excel.csv")" \
	'added 1, changed 1, unchanged 0, refused 0'
is 'in letters' "$(customer vera@example.net company)" 'Рога; копыта'
is 'an empty field leaves what is there' \
	"$(customer anna@example.net company)" 'ООО "Рога, копыта"'
is 'of a company' "$(ticket customer list --company 'рога; КОПЫТА' | cut -f1)" \
	'Вера'
printf '\357\273\277address\tname\r\nmark@example.net\tMark\r\n' >"$work/tab.csv"
is 'TABs and a byte order mark' "$(ticket customer import "$work/tab.csv")" \
	'added 1, changed 0, unchanged 0, refused 0'

cat >"$work/bad.csv" <<'CSV'
address,name,addresses,language
good@example.net,Good,,

nobody,Nobody,,
olga@example.net,Olga,,
support@example.org,Loop,,
xx@example.net,Language,,xx
bob@example.net,Bobby,anna@example.net,
many@example.net,Many,,,,
"quote@example.net,Quote
end@example.net",x"y
last@example.net,Last,,
CSV
ends 'what is wrong is refused' 1 ticket customer import "$work/bad.csv"
like 'the rest is done' "$(cat "$work/.output")" \
	'^added 2, changed 0, unchanged 0, refused 7$'
is 'by file and line, in order' \
	"$(grep -o 'bad.csv:[0-9]*' "$work/.output" | tr '\n' ' ')" \
	'bad.csv:4 bad.csv:5 bad.csv:6 bad.csv:7 bad.csv:8 bad.csv:9 bad.csv:10 '
is 'a wrong row is left out whole' "$(customer bob@example.net name)" Bob
is 'the last row too is read' "$(customer last@example.net name)" Last
is 'json has the mistakes' \
	"$(ticket customer import --format=json "$work/bad.csv" 2>/dev/null |
		json mistakes.0.line)" 4

printf 'name,colour\nx,y\n' >"$work/head.csv"
ends 'the columns must be known' 64 ticket customer import "$work/head.csv"
like 'else they are named' "$(cat "$work/.output")" \
	'head.csv:1: .*colour.*equipment'
printf 'name,phone\nx,y\n' >"$work/head.csv"
ends 'one is the address' 64 ticket customer import "$work/head.csv"
ends 'a file must be there' 66 ticket customer import "$work/none.csv"
printf 'address,name\n\230\n' >"$work/none.csv"
ends 'and be text' 64 ticket customer import "$work/none.csv"

perl -e 'print "address,name\n";
	printf "user%d\@many.example,User %d\n", $_, $_ for 1..1001' \
	>"$work/many.csv"
is 'many rows go in batches' "$(ticket customer import "$work/many.csv")" \
	'added 1001, changed 0, unchanged 0, refused 0'
is 'and are listed' "$(ticket customer list | wc -l)" 1007
is 'as json too' "$(ticket customer list --format=json | json '#')" 1007
like 'one line of the log for a batch' "$(ticket log 0 | tail -n 1)" \
	'person=customers what="import: 1 added, 0 changed"'
check_store 'the store is sound after all that'
finish
