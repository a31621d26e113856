"""Telling an answer from empty talk: acknowledgements, refusals, apologies and promises, in several languages.

An answer is degenerate when no sentence of it carries content. So "42", "Yes." and "v20.1" are answers, and a long
answer that begins with an apology is one too.
"""

from __future__ import annotations

import re
import unicodedata

_REFUSAL_CHARS = 700  # a refusal says little; what is longer has explained something
_APOLOGY_CHARS = 80
_LOOKED_AT_CHARS = 20_000
_REPEATED_WORDS = 40  # an answer of this many words and hardly a different one is a stuck model
_DISTINCT_WORDS = 3

_SENTENCE = re.compile(r"(?<=[.!?…。！？])\s+|(?<=[。！？])|[;:]\s+|\n+")  # noqa: RUF001 - full-width marks end sentences too
_MARKUP = re.compile(r"^[\s>*_`~#()\[\]{}\"'.,:;!?…-]+|[\s*_`~()\[\]{}\"'.,:;!?…。！-]+$")  # noqa: RUF001 - as above

_ACKNOWLEDGED = frozenset(
    """done|all done|ok|okay|k|sure|sure thing|of course|certainly|absolutely|understood|got it|noted|i see|will do|alright
    all right|right|great|perfect|finished|completed|complete|task completed|task complete|the task is complete|acknowledged
    roger|standing by|ready|ready when you are|waiting|awaiting instructions|no problem|you're welcome|thanks|thank you
    hello|hi|the changes have been made|changes made|i have completed the task|i've completed the task|it is done|it's done
    no response requested|no response needed|no further action needed|nothing|...|i understand|working on it|on it
    erledigt|fertig|gemacht|verstanden|alles klar|gerne|natürlich|fait|c'est fait|terminé|compris|d'accord|bien sûr|hecho
    listo|entendido|terminado|claro|por supuesto|de acuerdo|fatto|finito|capito|certo|feito|pronto|concluído|gedaan|klaar
    gotowe|готово|сделано|понятно|хорошо|完了|完了しました|完成|已完成|好的|明白了|了解|わかりました|了解しました|완료|알겠습니다""".replace(
        "\n", "|"
    ).split("|")
)
_ACKNOWLEDGED = frozenset(phrase.strip() for phrase in _ACKNOWLEDGED)

_WORK = (
    r"(?:help|assist|do (?:that|this|it|so)|comply|fulfil|fulfill|support|proceed|continue|complete|perform|provide|answer"
    r"|engage|access|read|open|view|browse|execute|run|make (?:changes|edits)|edit|modify|write|create|generate|discuss"
    r"|process|handle|carry out|take (?:that|this) action|be able)"
)
_REGRET = r"(?:(?:unfortunately|regrettably|sorry|i(?:'m| am) (?:really |very |so )?sorry|i apologi[sz]e)\b[,.:]?\s*(?:but\s+)?)?"
_UNABLE = r"i\s*(?:can'?t|cannot|can not|couldn'?t|could not|am unable to|am not able to|'m unable to|'m not able to|won'?t|will not)"
_LACKING = r"i\s*(?:am not allowed to|'m not allowed to|do(?:n'?t| not) have (?:access|the ability|permission|the tools))"
_REFUSAL = re.compile(
    rf"{_REGRET}(?:{_UNABLE}(?:\s+(?:\w+\s+)?{_WORK}\b|$)|{_LACKING})"
    r"|as an ai\b|as a (?:large )?language model|i(?:'m| am) (?:just |only )?an ai\b|i must decline|i have to decline"
    r"|ich kann (?:\w+ ){0,3}(?:leider |nicht )(?:\w+ ){0,3}(?:helfen|unterstützen|tun|machen|nicht|ausführen)|leider kann ich|als ki\b|als sprachmodell"
    r"|je (?:ne peux pas|ne suis pas en mesure|suis désolé)|en tant qu'ia|malheureusement, je ne"
    r"|no puedo (?:ayudar|hacer|asistir|cumplir|realizar|proporcionar)|lo siento, (?:pero )?no|como (?:una )?ia\b|como modelo de lenguaje"
    r"|non posso (?:aiutar|far)|mi dispiace, (?:ma )?non|não posso (?:ajudar|fazer)|desculpe, (?:mas )?não|sinto muito, mas"
    r"|ik kan (?:u |je )?(?:niet|hier niet)|het spijt me, (?:maar )?|przepraszam, (?:ale )?nie|nie mogę (?:pomóc|tego)"
    r"|к сожалению, я не|я не могу (?:помочь|выполнить|это)|извините, (?:но )?я не|как (?:языковая модель|ии)\b"
    r"|抱歉|很抱歉|对不起|對不起|我无法|我不能|作为(?:一个)?(?:ai|人工智能)|申し訳|すみませんが|お手伝いできません|できかねます|죄송하지만|죄송합니다|도와드릴 수 없"
)
_OWN_FAULT = re.compile(r"[\s,]*(?:but )?i (?:made|misunderstood|misread|was|am|got|should)\b")
_SUBSTANCE = re.compile(r"[^\s.\u2026*_`~>#-]")
_APOLOGY = re.compile(
    r"(?:i'm |i am )?(?:so |very |really )?sorry\b|(?:i |my |please accept my )?(?:sincere )?apolog(?:y|ies|i[sz]e)\b|pardon\b"
    r"|entschuldigung|es tut mir leid|tut mir leid|désolé|je suis désolé|je m'excuse|pardon|lo siento|perdón|disculp"
    r"|mi dispiace|scusa|desculp|het spijt me|przepraszam|извините|простите|抱歉|对不起|申し訳|すみません|죄송"
)
_PROMISE = re.compile(
    r"(?:sure|certainly|of course|okay|ok|alright|great|absolutely|yes|first|now|next|so)?[,!.]?\s*(?:first|now|next|then)?[,]?\s*"
    r"(?:i'll|i will|i am going to|i'm going to|let me|allow me|i'd be (?:happy|glad) to|i would be (?:happy|glad) to"
    r"|i(?:'m| am) happy to|i can help|i(?:'m| am) about to|give me a moment|one moment|hold on|just a moment)\b"
    r"|ich werde|lass mich|lassen sie mich|gerne helfe ich|je vais|laissez-moi|laisse-moi|voy a|déjame|permíteme|vou \w+r\b"
    r"|deixe-me|fammi|lasciami|ik zal|laat me|zaraz|сейчас я|давайте я|я сейчас|我将|我会|让我|我来|これから|確認します"
)
_OFFER = re.compile(
    r"(?:how|what) (?:can|may|would you like) (?:i|me)\b|what would you like|let me know|please (?:provide|share|send|tell me|specify|confirm|let me)"
    r"|could you (?:please )?(?:provide|share|clarify|specify|tell me)|can you (?:please )?(?:provide|share|clarify|specify)"
    r"|feel free to|is there anything|i(?:'m| am) (?:here|ready|standing by|waiting)|ready to help|happy to help|if you (?:need|have|want)\b.{0,60}let me know"
    r"|wie kann ich|was möchten sie|comment puis-je|que puis-je|¿?(?:cómo|en qué) puedo|как я могу помочь|чем могу|有什么可以|请提供|何をお手伝い"
)


def emptiness(text: str, request: str = "") -> str | None:
    """Return why an answer is none, or None when it says something.

    Args:
        text: the answer.
        request: what was asked; an answer that only repeats it is none.
    """
    plain = unicodedata.normalize("NFKC", text[:_LOOKED_AT_CHARS]).replace("\u2019", "'").strip()
    lower = plain.lower()
    if not _SUBSTANCE.search(plain):
        return "the answer is empty"
    if request and _bare(lower) == _bare(request.strip().lower()) and len(lower.split()) > 2:  # noqa: PLR2004 - "yes or no"
        return "the answer only repeats the request"
    words = lower.split()
    if len(words) >= _REPEATED_WORDS and len(set(words)) <= _DISTINCT_WORDS:
        return "the answer repeats a few words without end"
    sentences = [bare for bare in (_bare(part) for part in _SENTENCE.split(lower)) if bare]
    kinds = [_kind(sentence) for sentence in sentences]
    if "refusal" in kinds[:2] and len(plain) <= _REFUSAL_CHARS and "```" not in plain:
        return "the answer is a refusal"
    if kinds and all(kinds):
        return f"the answer carries nothing: {_NAMES[str(kinds[0])]}"
    return None


_NAMES = {
    "refusal": "a refusal",
    "acknowledgement": "only an acknowledgement",
    "promise": "only a promise to do it",
    "apology": "only an apology",
    "offer": "only an offer or a question back",
}


def _bare(sentence: str) -> str:
    return _MARKUP.sub("", sentence)


def _says_no_more(rest: str) -> bool:
    """Return whether what follows an apology only says what for: "sorry for the delay", not "sorry, it is 8080"."""
    return len(rest) <= _APOLOGY_CHARS and (
        not re.search(r"[,\uff0c]", rest) or _OWN_FAULT.match(rest) is not None
    )


def _kind(sentence: str) -> str | None:
    """Return what kind of empty talk a sentence is, None when it carries content."""
    if sentence in _ACKNOWLEDGED:
        return "acknowledgement"
    for kind, pattern in (
        ("refusal", _REFUSAL),
        ("promise", _PROMISE),
        ("offer", _OFFER),
        ("apology", _APOLOGY),
    ):
        match = pattern.match(sentence)
        if match and (kind != "apology" or _says_no_more(sentence[match.end() :])):
            return kind
    return None
