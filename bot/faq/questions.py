"""Tell questions from other lines, and clean them of what pages put around them: "Q:", numbers, anchors."""

import re

from bot.text.limits import cut_line
from bot.text.markdown import clean

MAX_QUESTION = 300
_MAX_READ = 2000

Q_PREFIX = re.compile(
    r"\s*(?:Q(?:uestion)?|Frage|Pregunta|Pergunta|Domanda|Вопрос|问题?|問題?|質問)\s{0,2}#?\d{0,3}\s{0,2}[:：.)][\s*]{0,4}",
    re.IGNORECASE,
)
"""What "Q:" looks like at the start of a line; `A_PREFIX` likewise for the answer."""

A_PREFIX = re.compile(
    r"\s*(?:A(?:ns(?:wer)?)?|Antwort|Respuesta|Resposta|Réponse|Risposta|Ответ|答案?|回答)\s{0,2}#?\d{0,3}\s{0,2}[:：][\s*]{0,4}",
    re.IGNORECASE,
)

_STARTS = re.compile(
    r"(?:what|how|why|when|where|which|who|whom|whose|can|could|do|does|did|is|are|am|was|were|will|would|should|shall|may"
    r"|might|must|has|have|had|isn['’]t|aren['’]t|don['’]t|doesn['’]t|can['’]t|won['’]t|what['’]s|who['’]s|where['’]s|how['’]s"
    r"|wie|was|warum|wieso|weshalb|wo|woher|wohin|wann|wer|wem|wen|welche[rsmn]?|kann|darf|muss|gibt"
    r"|comment|pourquoi|où|quand|qui|que|quel(?:le)?s?|est-ce|puis-je|peut-on"
    r"|[¿]?(?:qué|cómo|por qué|dónde|cuándo|quién|cuáles|cuál|cuánto|puedo)|como|quando|onde|quem|qual"
    r"|quais|posso"
    r"|che|cosa|come|perché|dove|chi|quale|jak|czy|co|gdzie|kiedy|dlaczego|kto"
    r"|как|что|почему|зачем|где|когда|кто|какой|какая|какие|можно|hoe|wat|waarom|waar|wanneer|wie|welke|kan)\b",
    re.IGNORECASE,
)
_STARTS_UNSPACED = re.compile(
    r"(?:如何|什么|为什么|怎么|怎样|哪里|哪个|是否|能否|可以|なぜ|どう|何|いつ|どこ|어떻게|왜|무엇)"
)
_END = re.compile(r"[?？؟;][\s\"'”’»)\]*_.]{0,4}\Z")
_ANCHOR = re.compile(r"(?<!\s)\s*+\{\s*+(?::\s*+)?#([\w:.\-]{1,200})[^{}]{0,100}\}\s*\Z")
_NUMBER = re.compile(
    r"\s*(?:\(?\d{1,3}(?:\.\d{1,3}){0,3}[.)]|\d{1,3}(?:\.\d{1,3}){1,3}|#\d{1,3}[:.)]?|§\s?\d{1,3})\s+(?=\S)"
)
_SPACE_BEFORE_MARK = re.compile(r"(?<![\s\xa0])[\s\xa0]+(?=[?？؟!]+\Z)")
_PERMALINK = re.compile(r"(?: #{1,6}| ?¶)\Z")


def looks_like_question(text: str) -> bool:
    """Tell whether a line ends with a question mark or starts with a question word."""
    stripped = text.strip()
    if _END.search(stripped[-8:]):
        return True
    if _STARTS_UNSPACED.match(stripped):
        return True
    return _STARTS.match(stripped) is not None and " " in stripped and not stripped.endswith((":", "."))


def clean_question(text: str) -> tuple[str, str]:
    """Return the question as one clean line, and the anchor that its author gave it, or ""."""
    line = " ".join(clean(text[:_MAX_READ]).split())
    found = _ANCHOR.search(line)
    anchor = found[1] if found else ""
    line = _ANCHOR.sub("", line)
    line = _PERMALINK.sub("", line) or line
    for prefix in (_NUMBER, Q_PREFIX, _NUMBER):
        found = prefix.match(line)
        rest = line[found.end() :] if found else line
        line = rest.strip() or line
    line = _SPACE_BEFORE_MARK.sub("", line).replace("？", "?")
    return cut_line(line, MAX_QUESTION), anchor
