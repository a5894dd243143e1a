"""Know what mail programs call From, Sent, To and Subject, and an original message, in their languages."""

from typing import Final

from bot.mail.quotes.vocabulary import by_beginning, phrases

FROM: Final = "from"
SENT: Final = "sent"
TO: Final = "to"
SUBJECT: Final = "subject"
OTHER: Final = "other"

_FIELDS: Final = {
    FROM: phrases(
        "from|de|de la|da|von|van|från|fra|lähettäjä|od|odesílatel|nadawca|feladó|expeditor|от|от кого",
        "від|від кого|από|kimden|gönderen|kimdən|差出人|送信者|发件人|發件人|寄件者|寄件人|发信人|no|nuo",
        "daripada|од|보낸 사람|보낸사람|보낸이|מאת|من|từ|người gửi|dari|pengirim|pošiljatelj|šalje",
        "expéditeur|remitente|remetente|mittente|absender|afzender|avsändare|avsender|afsender|saatja|จาก",
        "از|থেকে|प्रेषक|frá|nork|кімнен|odosielateľ|feladta|avsändare",
    ),
    SENT: phrases(
        "sent|date|sent at|envoyé|envoyé le|envoyée|enviado|enviada|enviado el|enviado em|enviada em",
        "fecha|data|data/hora|inviato|inviata|gesendet|gesendet am|datum|verzonden|verzonden op|verstuurd",
        "skickat|sänt|sendt|dato|lähetetty|päivämäärä|päiväys|pvm|wysłano|wysłane|data wysłania|odesláno",
        "dátum|odoslané|elküldve|küldve|küldés ideje|trimis|trimisă|отправлено|дата|отправлен|надіслано",
        "відправлено|изпратено|στάλθηκε|ημερομηνία|gönderildi|gönderilme tarihi|gönderme tarihi|tarih",
        "送信日時|送信日|日付|日時|发送时间|發送時間|发件日期|日期|寄件日期|傳送時間|传送时间|时间|時間",
        "보낸 날짜|보낸날짜|날짜|보낸 시간|받은 날짜|נשלח|תאריך|تاريخ الإرسال|أرسلت|التاريخ|đã gửi|ngày",
        "ngày gửi|gửi|terkirim|tanggal|dikirim|enviat|poslano|saadetud|nosūtīts|išsiųsta|dihantar|послато",
        "message du|ส่ง|วันที่|تاریخ|poslato|gönderilme|gestuur|испратено|bidaltze-data|жіберілді",
        "sendt den|kuupäev",
    ),
    TO: phrases(
        "to|à|a|para|an|aan|naar|till|til|vastaanottaja|kenelle|do|komu|pro|címzett|către|catre|кому|до",
        "προς|kime|alıcı|宛先|收件人|收件者|받는 사람|받는사람|받는이|אל|إلى|tới|đến|người nhận|kepada",
        "untuk|per a|za|prima|adressaat|saaja|kellele|kam|iki|ke|destinataire|destinatario|destinatário",
        "empfänger|ถึง|به|nori|кімге|mottagare|modtager|mottaker|geadresseerde|odbiorca|příjemce|príjemca",
    ),
    SUBJECT: phrases(
        "subject|objet|sujet|asunto|assunto|oggetto|betreff|onderwerp|ämne|emne|aihe|temat|předmět",
        "predmet|tárgy|subiect|тема|относно|θέμα|konu|mövzu|件名|主题|主題|主旨|标题|제목|נושא|الموضوع",
        "efni|gaia|тақырып|titel|thema|chủ đề|tiêu đề|subjek|perihal|judul|assumpte|tēma|zadeva",
        "предмет|наслов|teema|tema|เรื่อง|موضوع",
    ),
    OTHER: phrases(
        "cc|bcc|reply-to|reply to|répondre à|cci|copie à|kopie|kopie (cc)|kopia|kopio|kópia|dw|cópia",
        "копия|копія|importance|importancia|priority|priorité|attachments|attachment|pièces jointes",
        "anlagen|adjuntos|bijlagen|mailing list|organization|抄送|副本|참조|עותק|rispondi a|risposta",
        "responder a|antwort an|message-id|x-mailer|in-reply-to|resent-from|newsgroups|sender",
        "on behalf of|λειτουργία|bilgi|másolat|hiệu lực|wichtigkeit",
    ),
}

FIELD_KINDS: Final = {name: kind for kind, names in _FIELDS.items() for name in names}
LONGEST_FIELD: Final = 24
FIELD_INITIALS: Final = frozenset({name[0] for name in FIELD_KINDS} | set("*_|\"'"))
"""What a line that states a header can begin with: its name, or a mark around it."""

ORIGINALS: Final = frozenset(
    phrases(
        "mail original|mail transféré|original message|original email|original e-mail|original mail",
        "originalmessage|reply message|forwarded message|forwarded mail|original appointment",
        "original text|forwarded letter|message transféré|message d'origine|message d’origine",
        "message original|message initial|message d'origine transféré|courriel original|e-mail d'origine",
        "message reçu|mensaje original|mensaje reenviado|correo original|mensagem original",
        "mensagem encaminhada|mensagem reencaminhada|mensagem de origem|messaggio originale",
        "messaggio inoltrato|messaggio originario|ursprüngliche nachricht|originalnachricht",
        "original-nachricht|ursprungsnachricht|ursprüngliche mail|ursprüngliche e-mail",
        "weitergeleitete nachricht|original-mail|ursprünglicher termin|oorspronkelijk bericht",
        "origineel bericht|doorgestuurd bericht|oorspronkelijke bericht|ursprungligt meddelande",
        "originalmeddelande|vidarebefordrat meddelande|ursprungligt brev|opprinnelig melding",
        "original melding|videresendt melding|opprinnelig e-post|oprindelig meddelelse",
        "original meddelelse|oprindelig besked|videresendt meddelelse|oprindelig mail|alkuperäinen viesti",
        "edelleenlähetetty viesti|välitetty viesti|wiadomość oryginalna|oryginalna wiadomość",
        "wiadomość przekazana|treść oryginalnej wiadomości|původní zpráva|přeposlaná zpráva",
        "původní e-mail|originální zpráva|pôvodná správa|preposlaná správa|eredeti üzenet",
        "továbbított üzenet|eredeti levél|mesajul original|mesaj original|mesaj redirecționat",
        "исходное сообщение|пересылаемое сообщение|оригинальное сообщение|пересланное сообщение",
        "исходное письмо|первоначальное сообщение|вихідне повідомлення|переслане повідомлення",
        "оригінальне повідомлення|оригинално съобщение|препратено съобщение|αρχικό μήνυμα",
        "προωθημένο μήνυμα|orijinal mesaj|özgün ileti|iletilen mesaj|iletilmiş ileti|orijinal ileti",
        "元のメッセージ|転送されたメッセージ|元のメール|転送メッセージ|original メッセージ|原始邮件",
        "原始郵件|转发邮件|轉寄郵件|转发的邮件|原邮件|原郵件|原始信件|回复的原邮件|转发的原邮件",
        "已转发邮件|原始郵件訊息|回复邮件|원본 메시지|전달된 메시지|원본 메일|원본메시지|전달된 메일",
        "הודעה מקורית|הודעה שהועברה|ההודעה המקורית|رسالة أصلية|الرسالة الأصلية|رسالة معاد توجيهها|thư gốc",
        "tin nhắn gốc|tin nhắn đã chuyển tiếp|thư đã chuyển tiếp|thông điệp gốc|pesan asli|pesan terusan",
        "missatge original|missatge reenviat|izvorna poruka|originalna poruka|proslijeđena poruka",
        "özgün ileti|邮件原件|原本邮件|original mesaj|przekierowana wiadomość|przekazana wiadomość",
        "original nachricht",
        "wiadomość przekazana dalej|forwardovaná zpráva|yönlendirilmiş ileti|yönlendirilen ileti",
        "iletilmiş mesaj",
        "הודעה מועברת|رسالة مُعاد توجيهها|weitergeleitete mail|weitergeleitete e-mail|upprunaleg skilaboð",
        "jatorrizko mezua|мәтін түпнұсқасы|изворна порука|оригинална порака|mensaxe orixinal|pesan asal",
        "izvorno sporočilo|algne sõnum|originālā ziņa|pirminė žinutė|ข้อความต้นฉบับ|پیام اصلی|mesej asal",
    )
)

BEGUN: Final = phrases(
    "begin forwarded message|start of forwarded message|message from |begin bounced message|forwarded by ",
    "anfang der weitergeleiteten nachricht|weitergeleitet von |début du message réexpédié",
    "début du message transféré|inizio messaggio inoltrato|inizio del messaggio inoltrato",
    "inicio del mensaje reenviado|empieza el mensaje reenviado|início da mensagem reencaminhada",
    "início da mensagem encaminhada|begin doorgestuurd bericht|vidarebefordrat brev|vidarebefordrat mejl",
    "videresendt melding|start på videresendt|videresendt besked|välitetty viesti alkaa",
    "edelleenlähetetty viesti|początek przekazywanej wiadomości|začátek přeposlané zprávy",
    "začiatok preposlanej správy|továbbított levél kezdete|начало переадресованного сообщения",
    "начало пересланного сообщения|початок пересланого|iletilen mesajın başlangıcı|iletilmiş ileti",
    "začátek přeposílané zprávy|ileti başlangıcı|以下是转发的邮件|以下為轉寄郵件|以下是轉寄的郵件",
    "下面是被转发的邮件",
    "forwarded message from |réacheminé par |transféré par |inoltrato da |reenviado por |encaminhado por ",
    "doorgestuurd door |vidarebefordrat av |videresendt af |videresendt av |przekazane przez |переслано ",
    "转发的信息|開始轉寄郵件|转发开始|転送されたメッセージ|전달된 메시지 시작|תחילת ההודעה שהועברה",
    "بداية الرسالة المعاد توجيهها|bắt đầu thư được chuyển tiếp",
)
"""How programs that draw no line begin a forwarded mail."""
FORWARDS: Final = by_beginning(BEGUN)

ANSWERS_ABOVE: Final = phrases(
    "reply above this line|reply above the line|your reply above|respond above this line",
    "write above this line|answer above this line",
    "antwort oberhalb dieser zeile|oberhalb dieser zeile antworten",
    "réponse au-dessus de cette ligne|répondre au-dessus de cette|respuesta por encima de esta",
    "responda por encima de esta|respuesta encima de esta|risposta sopra questa|rispondi sopra questa",
    "resposta acima desta|responda acima desta|antwoord boven deze|reageer boven deze",
    "odpowiedź powyżej tej",
    "svar ovanför den här|skriv ditt svar ovanför|svar over denne|ответ выше этой строки|この行より上に",
)
"""What a help desk asks for: the answer above its line."""
ANSWER_STEMS: Final = frozenset(
    phrases(
        "above|oberhalb|au-dessus|encima|sopra quest|acima|boven deze|powyżej|ovanför|over denne|выше|この行"
    )
)
"""One of them is in each of those."""
