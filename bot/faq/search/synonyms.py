"""Know words that people use for each other, and words that belong to one subject.

Synonyms stand for each other almost fully. Related words are weak evidence, yet often the only one: who asks
for "German" means the entry on languages, who asks for a meetup the one on events. Both lists are short and
generic on purpose; a FAQ's own aliases, and those learned from use, do better.
"""

import functools
from collections.abc import Mapping
from types import MappingProxyType

from bot.faq.search.stems import ENGLISH, stem_of

_SYNONYMS = """
begin start commence
end finish stop terminate
join subscribe enroll register signup enter participate
leave unsubscribe quit
contribute participate involve help
delete remove erase uninstall drop
add create make new
change edit modify alter update adjust
fix repair solve resolve troubleshoot
error problem issue bug trouble fault failure
fail break crash
cost price fee charge pay expensive
free gratis
buy purchase order
send transfer mail
receive get obtain
show display see view
find locate search look
use utilize employ
allow permit enable let
forbid block disable prevent deny ban
meeting call session meetup
schedule calendar agenda
email mail
list mailinglist
picture image photo
password passcode pin
login signin logon
account profile
quick fast rapid
slow lag
big large huge
small little tiny
need require must
support help assist assistance
ask question
answer reply respond response
guide tutorial manual documentation docs
install setup
download get
file document
folder directory
repo repository
code source
license licence
member membership
people person user member
company organization organisation business firm
group community team
location place where
time when
reason why
abroad foreign overseas international
country nation
lose lost missing misplace
steal stolen theft
phone mobile smartphone cellphone
card
limit maximum cap
minimum least
wait pending delay
difference differ compare versus vs
mean meaning definition define
purpose goal aim mission
topic subject theme
minutes notes record recording
rule policy guideline
conduct behaviour behavior
language tongue
version release
compatible work support
bot assistant chatbot
bold strong
strikethrough crossed
"""


_RELATED = """
language english german french spanish italian portuguese russian chinese japanese korean
language hindi arabic dutch polish turkish swedish translate translation multilingual
programming code coding python java javascript ruby php golang developer script
event meetup conference workshop summit hackathon webinar
human person someone agent staff real operator representative people
tutorial guide documentation docs learn manual example video
tutorial course lesson training introduction reference book read
cost price free fee charge pay paid money expensive cheap pricing license
country abroad travel europe international region location city foreign overseas
age old young child kid adult minor year teenager
newsletter subscribe subscription mail update signup
start begin getting setup install installation create build make new
difference compare versus vs better alternative instead other competitor advantage
phone mobile smartphone android ios iphone app tablet
computer pc windows mac linux desktop laptop
bug issue error problem fail crash broken fault wrong stuck
lost stolen missing find gone disappear
refund return cancel money back reimburse
transfer send payment transaction wire deposit
account profile user login register password
name username nickname rename call
picture image photo icon avatar screenshot
size big large many number count
time long duration wait hour day week when schedule date
fast slow speed performance lag quick
safe secure security privacy protect protected danger risk
data information privacy personal store save storage
donate support money sponsor contribute fund
contact email write reach talk call chat speak support
team who developer author creator maker owner founder maintainer
connect connection link integrate integration channel platform network
symptom sick ill disease infection infected virus
test testing tested check exam
doctor hospital medical medicine health
mask face cover protect
home house stay indoor isolate quarantine
friend family relative invite guest
server host hosting cloud deploy deployment run
bot chatbot assistant robot
version release update upgrade latest download
ban banned block kick mute punish appeal
role rank level permission access right admin moderator
rule law policy allowed legal forbidden illegal
job career hire hiring work position employ
company business enterprise corporate customer
delete remove erase clear uninstall
change edit modify update switch replace rename
order buy purchase shop store sell
delivery deliver ship shipping arrive arrival package post
card debit credit visa mastercard physical virtual
cash atm withdraw withdrawal money
pin code passcode password number
exchange rate currency convert conversion
fee charge extra cost commission
verify verification identity proof document id confirm
top topup up deposit add fund load
limit maximum minimum restriction allow
declined rejected refused fail denied block
pending wait processing delay slow
balance amount money fund
license licence copyright permission open-source
model train training machine learning intelligence
test try demo playground sandbox trial
format style bold italic font text heading markdown
table list row column bullet
link url hyperlink address anchor
comment reply message post answer
search find filter query look locate
notification alert notify reminder email
folder directory file document
group community member club forum
weather rain temperature
food eat restaurant
hide visible show private public
copy duplicate clone fork backup
share sharing invite send public
undo revert restore recover back
sort order arrange rank
print export download save
import upload load attach attachment
calendar event schedule meeting date appointment
"""


@functools.cache
def synonymous_stems() -> Mapping[str, frozenset[str]]:
    """Return, for each stem, the stems of the words that stand for it."""
    return _kin(_SYNONYMS)


@functools.cache
def related_stems() -> Mapping[str, frozenset[str]]:
    """Return, for each stem, the stems of the words that belong to its subject."""
    return _kin(_RELATED)


def _kin(text: str) -> Mapping[str, frozenset[str]]:
    kin: dict[str, set[str]] = {}
    for line in text.splitlines():
        stems = {stem_of(word, ENGLISH) for word in line.split()}
        for stem in stems:
            kin.setdefault(stem, set()).update(stems - {stem})
    return MappingProxyType({stem: frozenset(others) for stem, others in kin.items() if others})
