"""Know how phones and mail apps sign: "Sent from my iPhone" in the languages they speak."""

from typing import Final

from bot.mail.quotes.vocabulary import by_beginning, phrases

_BEGINNINGS: Final = phrases(
    # English
    "sent from|sent via|sent with|sent by|sent using|sent on the|sent in |sent through|from my iphone",
    "from my ipad|from my android|from my phone|from my mobile|from my blackberry|get outlook for",
    "get [outlook|get bluemail|get typeapp|download outlook|typed on my|composed on|written on my",
    "sent while|via mobile|via my mobile|dictated|via newton mail|mobile email|please excuse my brevity",
    "please excuse brevity|sent securely|sent unlocked|yahoo mail:",
    # French, Spanish, Portuguese, Italian, Catalan, Romanian
    "envoyé depuis|envoyé de |envoyé à partir|envoyé avec|envoyé par|envoyé via|envoyé d'|envoyé du ",
    "télécharger outlook|obtenez outlook|obtenir outlook|provenance : courrier|enviado desde|enviado de ",
    "enviado con|enviado mediante|enviado a través|enviado do |enviado da |enviado a partir|enviado via",
    "enviado pelo|enviado pela|enviado por |obtener outlook|obter o outlook|obter outlook|inviato da",
    "inviato dal|inviato con|inviato tramite|scarica outlook|ottieni outlook|enviat des|enviat de ",
    "trimis de pe|trimis din|trimis cu|trimis de la",
    # German, Dutch, Swedish, Norwegian, Danish, Finnish
    "gesendet von|gesendet mit|gesendet über|von meinem|von unterwegs|von mobil|diese nachricht wurde von",
    "outlook für|holen sie sich outlook|outlook voor|verzonden van|verzonden met|verzonden via",
    "verzonden door|verzonden vanaf|verzonden vanuit|verstuurd van|verstuurd met|verstuurd vanaf",
    "verstuurd via|vanaf mijn|skickat från|skickat med|skickat via|skickat av|sänt från|hämta outlook",
    "från min|sendt fra|sendt med|sendt via|hent outlook|skaff deg outlook|få outlook|lähetetty",
    "hanki outlook",
    # Polish, Czech, Slovak, Hungarian, Croatian, Russian, Ukrainian, Bulgarian, Greek, Turkish
    "wysłane z|wysłano z|wysłane za|wysłane przez|pobierz program outlook|odesláno z|odeslané z",
    "odesláno přes|posláno z|odoslané z|poslané z|získejte outlook|stáhněte si outlook|poslano s",
    "poslano iz|elküldve|küldve|отправлено с|отправлено из|отправлено через|послано с|надіслано з",
    "відправлено з|изпратено от|скачать outlook|στάλθηκε από|εστάλη από|απεστάλη από|αποστολή από",
    # Asian languages, Hebrew, Arabic, Indonesian
    "发自我的|來自我的|送自|أرسلت من",
    "发自|從我的|来自我的|發自我的|寄自我的|通过|נשלח מ|تم الإرسال من|مرسل من|أرسل من|أُرسلت من",
    "đã gửi từ|gửi từ|được gửi từ|dikirim dari|dikirim dengan|terkirim dari|나의 |내 |ส่งจาก|फ़ोन से",
    "ارسال شده از|فرستاده شده از",
)
ENDINGS: Final = phrases(
    "gesendet|gesendet.|mail gesendet.|verzonden|verstuurd|gönderildi|gönderilmiştir|отправлено|から送信",
    "から送信されました|より送信|에서 보냄|에서 보낸 메일|에서 발송|傳送|传送|发送|發送|küldve|elküldve",
    "from mobile|from my mobile|via mobile|from phone|からのメール",
)
"""What it ends with, in languages that put the verb last."""

BEGINNINGS: Final = by_beginning(_BEGINNINGS)
"""What such a line begins with, in lower case, by its first two characters."""

THINGS: Final = phrases(
    "iphon|ipad|ipod|android|blackberry|samsung|galaxy|phone|mobile|mobil|handy|tablet|outlook|mail",
    "windows|nokia|sony|xperia|huawei|xiaomi|htc|pixel|oneplus|motorola|proton|yahoo|telefon|téléphone",
    "móvil|celular|telemóvel|cellulare|device|surface|watch|computer|thunderbird|spark|newton|sparrow",
    "alcatel|lenovo|laptop|k-9|телефон|смартфон|手机|手機|设备|裝置|ti-85|palm|treo|puhelin|tutanota",
    "superhuman|zimbra|evolution|t-mobile|verizon|at&t|vodafone|orange|appareil|portable|dispositivo",
    "apparaat|gerät|enhet|enhed|laite|urządzen|zařízení|устройств|デバイス|기기|휴대|スマート|app |web.de",
    "gmx|aol|nextcloud|roundcube|mutt|horde|squirrel|commun|wireless|почт|мобильн|мобільн|handheld|icloud|hotmail",
)
"""What a mail is sent from or with; a line without one of these, and without "my", is a sentence."""

OWNERS: Final = phrases(
    " my | mon | ma | mi | meu | minha | mio | mia | meinem | mijn | min | mitt | mojego | mého | môjho ",
    " моего | мого |我的| tôi| the go| the road| el meu ",
)
"""Words for "my" in such a line."""

PLACES: Final = ("sent from ", "sent via ", "envoyé de ", "gesendet von ", "enviado desde ", "inviato da ")
"""What a line that names no such thing ("Sent from a tin can") begins with, as the last one."""

EXCUSES: Final = (
    "please excuse",
    "excuse my",
    "excuse the",
    "excuse any",
    "pardon my",
    "sorry for typos",
    "typos courtesy",
)
"""What stands below such a line, or after it."""
