"""Know how mail programs say "wrote" in their languages."""

from typing import Final

from bot.mail.quotes.vocabulary import phrases

VERBS: Final = frozenset(
    phrases(
        # English, French
        "wrote|writes|said|says|write|scribbled|spake|spoke|written|typed|excerpts|quoting|écrit|ecrit",
        # Spanish, Portuguese, Catalan, Romanian
        "escribió|escribio|escribía|escribe|dijo|comentó|citando|escreveu|escreveram|disse|escreve",
        "escriure|scris",
        # Italian, German, Dutch
        "scritto|scrive|scrisse|schrieb|schrieben|schreibt|geschrieben|meinte|zitiere|zitat|citat|cita",
        "schreef|schreven",
        "geschreven|schrijft|sprach",
        # Swedish, Norwegian, Danish, Finnish, Estonian
        "skrev|skriver|skreiv|kirjoitti|kirjoittaa|kirjutas",
        # Polish, Czech, Slovak, Croatian, Serbian, Slovene
        "napisał|napisał(a)|napisała|napisana|napisał/a|napisal|napisal(a)|napisal/a|napisala|napsal",
        "napsal(a)|napisa?(a)",
        "napsala|píše|pisze|napísal|napísal(a)|napísala|napisao|napisao/la|napisala/o|написао|написала/о",
        "написао/ла|написал/а",
        # Russian, Ukrainian, Bulgarian
        "написал|написал(а)|написала|написали|писал|писала|писали|пишет|пише|написав|написав(ла)|написа",
        # Hungarian, Greek, Turkish, Latvian, Lithuanian
        "írta|írja|írt|έγραψε|γράφει|yazdı|yazmış|rakstīja|rašė",
        # Indonesian, Vietnamese, Hebrew, Arabic, Persian
        "menulis|tulis|viết|כתב|כתבה|כתב/ה|كتب|كتبت|نوشت|نوشته",
        # Catalan, Galician, Basque, Icelandic, Afrikaans, Macedonian, Hindi, Bengali, Urdu and others
        "missatge|escribiu|idatzi|skrifaði|geskryf|напиша|लिखा|লিখেছেন|لکھا|yazıb|жазды|aliandika",
    )
)

ENDINGS: Final = phrases(
    "写道|寫道|写到|님이 작성|님이 쓴 글|쓴 글|작성|작성했습니다|님의 말|さんは書きました|さんが書きました",
    "書きました|のメール|のメッセージ|さんの発言|wrote|yazdı|viết|เขียนว่า",
)
"""For languages that join words: what a text before the colon ends with."""

LEADS: Final = frozenset(
    phrases(
        # English, German, Dutch
        "on|at|am|in|op|quoting|zitat|mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday",
        "friday|saturday|sunday|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march",
        "april|june|july|august|september|october|november|december|excerpts|thus|also",
        # French, Spanish, Portuguese, Italian, Catalan, Romanian
        "le|el|em|il|la|lun|lun.|mar|mar.|mer|mer.|mié|jue|jeu|jeu.|vie|ven|ven.|sáb|sáb.|dom|dom.|sam",
        "sam.|dim|dim.|a|às|no|o|pe|dl.|dt.|dc.|dj.|dv.|ds.|dg.|gio|seg.|ter.|qua.|qui.|sex.|în|data|de",
        # Swedish, Norwegian, Danish, Finnish, Estonian
        "den|på|tir|tir.|man|man.|tor|tor.|ons|ons.|fre|fre.|lør|lør.|søn|søn.|mån|tis|lör|sön|ma|ti|ke",
        "to|pe|su|kuupäev|e|t|k|n|r|l|p|þann|pirmd.|otrd.|trešd.|ceturtd.|piektd.|sestd.|svētd.",
        # Polish, Czech, Slovak, Croatian, Hungarian
        "dnia|w|dn.|pon.|wt.|śr.|czw.|pt.|sob.|niedz.|wiadomość|dne|po|út|st|čt|pá|so|ne|dňa|dana",
        # Russian, Ukrainian
        "понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|пн|вт|ср|чт|пт|сб|вс|понеділок",
        "вівторок|середа|четвер|пʼятниця|субота|неділя|нд|вы|ви|на|пон|уто|сре|чет|пет|суб|нед",
        # Others
        'στις|בתאריך|في|در|vào|pada|在|于|於|เมื่อ|mnamo|v|*|----|---|"on',
    )
)
"""First words of a line with the date that may stand above the one with the name; no commas here."""
