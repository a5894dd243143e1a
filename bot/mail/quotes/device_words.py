"""Know how phones and mail apps sign: "Sent from my iPhone" in the languages they speak."""

from typing import Final

from bot.mail.quotes.vocabulary import by_beginning, phrases

FIRST_WORDS: Final = phrases(
    # English
    "sent from|sent via|sent with|sent by|sent using|sent on the|sent in |sent through|from my iphone",
    "from my ipad|from my android|from my phone|from my mobile|from my blackberry|get outlook for",
    "get [outlook|get bluemail|get typeapp|download outlook|typed on my|composed on|written on my",
    "sent while|via mobile|via my mobile|dictated|via newton mail|mobile email|please excuse my brevity",
    "sent wirelessly|typed with|via iphone|via ipad|via my ip|typed on a |secured with|get the outlook",
    "please excuse brevity|sent securely|sent unlocked|yahoo mail:",
    # French, Spanish, Portuguese, Italian, Catalan, Romanian
    "envoyé depuis|envoyé de |envoyé à partir|envoyé avec|envoyé par|envoyé via|envoyé d'|envoyé du ",
    "télécharger outlook|obtenez outlook|obtenir outlook|provenance : courrier|enviado desde|enviado de ",
    "enviado con|enviado mediante|enviado a través|enviado do |enviado da |enviado a partir|enviado via",
    "enviado pelo|enviado pela|enviado por |obtener outlook|obter o outlook|obter outlook|inviato da",
    "inviato dal|inviato con|inviato tramite|scarica outlook|ottieni outlook|enviat des|enviat de ",
    "trimis de pe|trimis din|trimis cu|trimis de la|enviado del |inviata da|inviata dal|obtenha o outlook",
    "obtenha outlook|descargue outlook|descarga outlook|descargar outlook|baixar outlook|baixe o outlook",
    "obtén outlook|obtenga outlook|obțineți outlook|télécharger l'application outlook",
    # German, Dutch, Swedish, Norwegian, Danish, Finnish
    "gesendet von|gesendet mit|gesendet über|von meinem|von unterwegs|von mobil|diese nachricht wurde von",
    "outlook für|holen sie sich outlook|outlook voor|verzonden van|verzonden met|verzonden via",
    "verzonden door|verzonden vanaf|verzonden vanuit|verstuurd van|verstuurd met|verstuurd vanaf",
    "verstuurd via|vanaf mijn|skickat från|skickat med|skickat via|skickat av|sänt från|hämta outlook",
    "från min|sendt fra|sendt med|sendt via|hent outlook|skaff deg outlook|få outlook|lähetetty",
    "hanki outlook|lataa outlook|skaffa outlook|ladda ned outlook|last ned outlook|download outlook",
    "laden sie outlook|hol dir outlook|hole dir outlook|mobil gesendet",
    # Polish, Czech, Slovak, Hungarian, Croatian, Russian, Ukrainian, Bulgarian, Greek, Turkish
    "wysłane z|wysłano z|wysłane za|wysłane przez|pobierz program outlook|odesláno z|odeslané z",
    "odesláno přes|posláno z|odoslané z|poslané z|získejte outlook|stáhněte si outlook|poslano s",
    "uzyskaj outlook|uzyskaj program outlook|pobierz outlook|získat outlook|získejte aplikaci outlook",
    "získajte outlook|získať outlook|az outlook beszerzése|получить outlook|скачайте outlook",
    "загрузить outlook",
    "отримайте outlook|отримати outlook|завантажити outlook|вземете outlook|λήψη του outlook",
    "preuzmite outlook",
    "poslano iz|elküldve|küldve|отправлено с|отправлено из|отправлено через|послано с|надіслано з",
    "відправлено з|изпратено от|скачать outlook|στάλθηκε από|εστάλη από|απεστάλη από|αποστολή από",
    # Asian languages, Hebrew, Arabic, Indonesian
    "发自我的|來自我的|送自|أرسلت من",
    "发自|從我的|来自我的|發自我的|寄自我的|通过|נשלח מ|تم الإرسال من|مرسل من|أرسل من|أُرسلت من",
    "đã gửi từ|gửi từ|được gửi từ|dikirim dari|dikirim dengan|terkirim dari|나의 |내 |ส่งจาก|फ़ोन से",
    "ارسال شده از|فرستاده شده از|来自 outlook|来自outlook|获取 outlook|获取适用于|下载适用于",
    "取得 outlook|取得 ios",
    "取得 android|发送自 |寄件者 windows|寄件者： windows|從 windows|从 windows|קבל את outlook",
    "הורד את outlook",
    "احصل على outlook|tải outlook|lấy outlook|nhận outlook|dapatkan outlook|unduh outlook",
    "ดาวน์โหลด outlook",
    "รับ outlook|ios için outlook|android için outlook",
)
ENDINGS: Final = phrases(
    "gesendet|gesendet.|mail gesendet.|verzonden|verstuurd|gönderildi|gönderilmiştir|отправлено|から送信",
    "から送信されました|より送信|에서 보냄|에서 보낸 메일|에서 발송|傳送|传送|发送|發送|küldve|elküldve",
    "from mobile|from my mobile|via mobile|from phone|からのメール|outlook for ios uygulamasını edinin",
    "outlook for android uygulamasını edinin|outlook for ios を入手|outlook for android を入手",
    "outlook for iosを入手|outlook for androidを入手|용 outlook 다운로드|용 outlook 받기|outlook 다운로드",
)
"""What it ends with, in languages that put the verb last."""

BEGINNINGS: Final = by_beginning(FIRST_WORDS)
"""What such a line begins with, in lower case, by its first two characters."""

THINGS: Final = phrases(
    "iphon|ipad|ipod|android|blackberry|samsung|galaxy|phone|mobile|mobil|handy|tablet|outlook|mail",
    "windows|nokia|sony|xperia|huawei|xiaomi|htc|pixel|oneplus|motorola|proton|yahoo|telefon|téléphone",
    "móvil|celular|telemóvel|cellulare|device|surface|watch|computer|thunderbird|spark|newton|sparrow",
    "alcatel|lenovo|laptop|k-9|puhelim|телефон|смартфон|手机|手機|设备|裝置|ti-85|palm|treo|puhelin",
    "tutanota",
    "superhuman|zimbra|evolution|t-mobile|verizon|at&t|vodafone|orange|appareil|portable|dispositivo",
    "apparaat|gerät|enhet|enhed|laite|urządzen|zařízení|устройств|デバイス|기기|휴대|スマート|app |web.de",
    "poczt|keyboard|אייפון|هاتف|unterwegs|gmx|aol|nextcloud|roundcube|mutt|horde|squirrel|commun",
    "wireless|почт|мобильн|мобільн|handheld|icloud|hotmail",
)
"""What a mail is sent from or with; a line without one of these, and without "my", is a sentence."""

OWNERS: Final = phrases(
    " my | mon | ma | mi | meu | minha | mio | mia | meinem | mijn | min | mitt | mojego | mého | môjho ",
    " моего | мого |我的| tôi| the go| the road| el meu ",
)
"""Words for "my" in such a line."""

PLACES: Final = phrases(
    "sent from |sent via |sent with |sent using |envoyé de |envoyé depuis |envoyé avec |gesendet von ",
    "gesendet mit |enviado desde |enviado con |enviado do |inviato da |inviato con |verzonden met ",
    "verzonden vanaf |verstuurd vanaf |skickat från |sendt fra |wysłane z |wysłano z |odesláno z ",
    "отправлено из |отправлено с ",
)
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
