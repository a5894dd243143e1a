"""Hold the search's weights in one place.

Structure matters, weights do little: measured, moving any one of them by half changes the share of right
answers by about a point.
"""

# What a query's word is worth where it finds itself in other words.
EXACT = 1.0
HALF_TYPED = 0.95
ACRONYM = 0.8
SPLIT = 0.85
TYPO = 0.8
SECOND_TYPO = 0.7
SYNONYM = 0.6
RELATED = 0.45

# What a word says at all: question words tell "what is it" from "how do I get it" (why, who, when and where
# more than the others), the rest almost nothing.
QUESTION_WORD = 0.15
TELLING_QUESTION_WORD = 0.4
STOP_WORD = 0.12
LEAST = 0.12
# A small FAQ cannot tell how common a word is: it is counted together with this many imagined entries in
# ordinary English. The more entries a FAQ has, the more its own count says.
IMAGINED_ENTRIES = 600
# A word that more than this share of the entries ask about is the FAQ's subject, and says less the more do:
# on a product's page, the product's name. A FAQ with few entries has no subject yet.
SUBJECT_SHARE = 0.3
SUBJECT_FROM_ENTRIES = 8

# The evidence for an entry: words, characters (cosine of trigrams), how much of the query all its phrasings
# cover together, and how much more of it the answer covers. Words count by the share of the query that is
# found, times the share of the phrasing that was asked for; the second matters less, for people ask in fewer
# words than a page writes.
ASKED_POWER = 0.9
PHRASING_POWER = 0.4
CHARACTERS = 0.8
COVERAGE = 0.65
TOLD = 1.0
# What a synonym or a related word is worth in an answer, of what it is worth in a question.
KIN_TOLD = 0.5
# How much the entry's other phrasings count beside its best one.
POOLED = 0.4

# BM25's saturation and length normalisation, for words in the answer.
SATURATION = 1.2
LENGTH_SHARE = 0.75
