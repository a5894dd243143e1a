"""Know how mails greet, take leave and say nothing, in many languages; and which full stops end nothing."""

from typing import Final

from bot.mail.quotes.vocabulary import phrases

GREETINGS: Final = phrases(
    "hi|hi there|hello|hello there|hey|dear|greetings|good morning|good afternoon|good evening|good day",
    "g'day|howdy|hallo|guten tag|guten morgen|guten abend|liebe|lieber|liebes|sehr geehrte|sehr geehrter",
    "moin|servus|grüezi|bonjour|bonsoir|salut|cher|chère|chers|chères|hola|buenos días|buenas tardes",
    "buenas|estimado|estimada|estimados|querido|querida|queridos|olá|oi|bom dia|boa tarde|boa noite|caro",
    "cara|cari|caros|prezado|prezada|prezados|ciao|buongiorno|buonasera|salve|gentile|gentili|beste",
    "geachte|hoi|goedemorgen|goedendag|goedemiddag|hej|hejsan|hei|god morgon|god dag|kära|kjære|kære",
    "terve|moi|hyvä|hyvät|cześć|witam|dzień dobry|szanowni|szanowny|szanowna|dobrý den|ahoj|zdravím",
    "vážení|vážený|vážená|привет|здравствуйте|добрый день|добрый вечер|уважаемые|уважаемый|уважаемая",
    "привіт|доброго дня|вітаю|γεια|γεια σας|καλημέρα|merhaba|selam|sayın|szia|sziasztok|kedves|tisztelt",
    "bună|bună ziua|salutare|שלום|היי|مرحبا|السلام عليكم|你好|您好|大家好|各位|こんにちは|お疲れ様です",
    "皆様|皆さん|안녕하세요|xin chào|chào|halo|selamat pagi|selamat siang|selamat sore",
)

FAREWELLS: Final = phrases(
    "regards|kind regards|best regards|warm regards|with best regards|with kind regards|many regards",
    "best wishes|kind wishes|cheers|thanks|many thanks|thanks again|thanks a lot|thanks in advance",
    "thanks so much|thank you|thank you very much|thank you in advance|thank you all|sincerely",
    "sincerely yours|yours|yours sincerely|yours truly|yours faithfully|best|all the best|br|mfg|lg|vg",
    "viele grüße|liebe grüße|beste grüße|herzliche grüße|mit freundlichen grüßen|mit besten grüßen",
    "mit lieben grüßen|schöne grüße|gruß|grüße|danke|vielen dank|cordialement|bien cordialement|merci",
    "merci d'avance|bien à vous|amitiés|saludos|un saludo|saludos cordiales|gracias|atenciosamente",
    "atentamente|abraço|abraços|obrigado|obrigada|cordiali saluti|saluti|grazie|groet|groeten|groetjes",
    "met vriendelijke groet|met vriendelijke groeten|mvh|med vänlig hälsning|med vänliga hälsningar",
    "hälsningar|med vennlig hilsen|hilsen|venlig hilsen|terveisin|ystävällisin terveisin|pozdrawiam",
    "pozdrowienia|s pozdravem|zdraví|с уважением|спасибо|з повагою|дякую|üdvözlettel|saygılarımla|敬具",
    "よろしくお願いします|よろしくお願いいたします|谢谢|此致|감사합니다",
)

NOTHINGS: Final = phrases(
    "+1|-1|+0|-0|0|binding|non-binding|yes|no|yep|nope|yeah|ok|okay|lgtm|ack|acked|nack|agree|agreed",
    "i agree|done|fixed|same here|me too|seconded|sounds good|looks good|looks good to me|works for me",
    "good idea|great|nice|perfect|congratulations|congrats|welcome|bump|ping|thanks|thanks a lot",
    "thanks all|thanks you|thank you|thank you all|thank you very much|thank you so much|many thanks|thx",
    "ty|ja|nein|danke|oui|non|merci|sí|gracias|sim|obrigado|obrigada|grazie|nee|dank je|tak|tack|takk",
    "kiitos|dzięki|спасибо|да|нет|дякую|谢谢|ありがとうございます|감사합니다|see above|see below",
    "see attached|attached|n/a|applied|merged|pushed|👍|🎉|❤️|❤|:-)|:)|+1000|+100|:+1:",
)
"""What a mail may consist of and say no more than a nod."""

CONTINUATIONS: Final = phrases(
    "and|but|or|so|which|that|because|then|nor|yet|though|although|und|aber|oder|denn|sondern|weil|dass",
    "et|mais|ou|donc|que|qui|y|pero|o|porque|sino|e|ma|perché|che|en|maar|of|want|dat",
)
"""With what a sentence goes on that somebody began, perhaps in what was quoted."""

ABBREVIATIONS: Final = phrases(
    "e.g|i.e|etc|vs|cf|approx|resp|mr|mrs|ms|dr|prof|st|no|nr|fig|vol|jan|feb|mar|apr|jun|jul|aug|sep",
    "sept|oct|nov|dec|z.b|d.h|u.a|bzw|ca|usw|p.ej|sr|sra|inc|ltd|co",
)
"""Without their last full stop."""
