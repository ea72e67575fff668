"""Which answers to a text acknowledge it: `OK thanks`, `Got it`, `Danke`, `👍`. Pure.

An answer acknowledges only if every word of it belongs to a known phrase. Anything else, such as a
question, a “not” or a “but”, is something that the sender wants to say or know, and a person must
read it.
"""

from __future__ import annotations

import re
import unicodedata

_SAY_SO = """
ok, okay, okey, okey dokey, okie dokie, okie, oki, k, kk, o k, oke, okidoki, yes, yep, yeah, yup,
yea, y, aye, read, read it, read this, have read, have read it, i have read it, i have read this,
i've read it, i've read this, seen, seen it, seen this, got it, got it now, got this, got that,
i got it, i've got it, i have got it, received, message received, msg received, recd, rec'd, rcvd,
noted, duly noted, understood, roger, roger that, copy, copy that, acknowledged, ack, confirmed,
thanks, thank you, thankyou, thank u, thx, thnx, tnx, ty, ta, cheers, many thanks, thanks a lot,
thanks very much, thank you very much, thanks so much, thank you so much, nice one,
thanks a million, will do, i will do, i'll do, wilco, on it, i am on it, i'm on it, im on it,
leave it with me,
consider it done, no problem, no problems, no probs, no worries, all good, all right, alright,
right you are, righto, sure, sure thing, fine, that's fine, thats fine, great, perfect, brilliant,
lovely, super, cool, excellent, appreciated, much appreciated,
message read, done, all done, sorted, all sorted, dealt with, of course, absolutely, certainly,
will call, will ring, will call them, will ring them, will call her, will ring her, will call him,
will ring him, will call back, will ring back, i will call them, i will ring them, i'll call them,
i'll ring them, i'll call her, i'll ring her, i'll call him, i'll ring him, i'll call back,
i'll ring back, calling, calling them, ringing them,

ja, jo, jep, jawohl, gelesen, hab ich gelesen, habe ich gelesen, hab's gelesen, habs gelesen,
habe es gelesen, ich habe es gelesen, ich hab's gelesen, ist gelesen, gesehen, erhalten,
hab ich erhalten, habe ich erhalten, bekommen, hab ich bekommen, habe ich bekommen, angekommen,
ist angekommen, verstanden, alles klar, klar, geht klar, in ordnung, i o, passt, passt so, gut,
alles gut, kein problem, notiert, ist notiert, zur kenntnis genommen, danke, danke schön,
dankeschön, danke schoen, dankeschoen, danke sehr, danke dir, danke ihnen, danke euch, vielen dank,
vielen lieben dank, besten dank, herzlichen dank, tausend dank, lieben dank, merci, mach ich,
mache ich, das mache ich, das mach ich, wird gemacht, wird erledigt, erledige ich, kümmere mich,
kümmere mich darum, ich kümmere mich, ich kümmere mich darum, bin dran, ich bin dran, prima, top,
erledigt, ist erledigt, bestätigt, ruf ich an, rufe ich an, ich rufe an,
ich rufe zurück, rufe zurück,
perfekt,

iawn, popeth yn iawn, ocê, ie, ydw, do, darllenwyd, wedi darllen, wedi'i ddarllen, wedi ei ddarllen,
dw i wedi darllen, dwi wedi darllen, rwy wedi darllen, rydw i wedi darllen, derbyniwyd,
wedi derbyn, wedi'i dderbyn, wedi ei dderbyn, wedi cael, wedi'i gael, dwi wedi cael, deall, dallt,
wedi deall, diolch, diolch yn fawr, diolch yn fawr iawn, diolch i chi, diolch i ti, diolch o galon,
llawer o ddiolch, gwnaf, wna i, mi wna i, fe wna i, dim problem, wrth gwrs, siŵr,
wedi gweld, wedi'i weld, wedi ei weld, cadarnhawyd, da iawn, gwych, nodwyd
"""
"""English, German and Welsh together: people answer in theirs, whatever that of the client is."""

_BESIDE = """
all, mate, love, x, xx, xxx, again, now, tango, and, for that, for this, for it,
for letting me know, for the message, for your message, for the info,
for the information, for the update, with thanks, lg, vg, mfg, gruß, viele grüße, liebe grüße,
und, dafür,
hwyl, a, ac, am hynny
"""
"""What may stand beside it, and says nothing by itself."""

_SIGNS = frozenset("👍👌✅✔✓☑🆗🙏🫡💯🤝👏🤙")
_FACES = frozenset("🙂😊😀😃😄😁😉☺🤗😎❤💙💚🥰😍🎉🌟⭐✨👋💪🙌")
"""What people put beside their words. Alone a face may mean anything."""

_DRAWN = re.compile("[\ufe0e\ufe0f\u200b-\u200d\u2060\U0001f3fb-\U0001f3ff♀♂]")
"""How a sign is drawn: in colour, in which colour of skin, as whom."""

_ASKS = re.compile("[?¿؟❓❔]")
_SMILEY = re.compile(r"(?<!\w)[:;=]-?[)\]dp](?!\w)|\^\^|<3", re.IGNORECASE)
_REACTION = re.compile(r"(?:liked|loved|(?:reacted )?(?P<signs>\S{1,4}) to) [“\"„].*[”\"“]", re.S)
"""What telephones send for a press on a message, with its words."""

_LONG_DRAWN = re.compile(r"(\w)\1{2,}")
_MOST_LETTERS = 800


def acknowledges(text: str) -> bool:
    """Return whether `text`, an answer to a text of ours, acknowledges it."""
    plain = _DRAWN.sub("", _without_accents(text)).strip()
    if len(plain) > _MOST_LETTERS:
        return False
    if reaction := _REACTION.fullmatch(plain):
        return set(reaction["signs"] or "👍") <= _SIGNS | {"❤"}
    words = _words(_SMILEY.sub(" ", plain))
    return words is not None and not _ASKS.search(plain) and _says_so(words)


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(each for each in apart if not unicodedata.combining(each))


def _words(plain: str) -> tuple[str, ...] | None:
    """Return words and signs without punctuation, or None if a sign may mean something else, such
    as a thumb pointing down."""
    spaced = []
    for each in plain:
        if each in _SIGNS:
            spaced.append(f" {each} ")
        elif each.isalnum():
            spaced.append(each)
        elif each in _FACES or each in "`´" or unicodedata.category(each)[0] in "PZC":
            spaced.append(" ")
        else:
            return None
    return tuple("".join(spaced).split())


def _read_phrases(written: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_words(phrase) or () for phrase in _without_accents(written).split(","))


_PHRASES = _read_phrases(_SAY_SO) | {(sign,) for sign in _SIGNS}
_FILLERS = _read_phrases(_BESIDE)
_LONGEST = max(map(len, _PHRASES | _FILLERS))
_KNOWN = {word for phrase in _PHRASES | _FILLERS for word in phrase}


def _says_so(words: tuple[str, ...]) -> bool:
    """Return whether the words are known phrases from beginning to end and one of them
    acknowledges."""
    words = tuple(map(_shortened, words))
    ways: list[set[bool]] = [set() for _ in range(len(words) + 1)]
    ways[0].add(False)  # how far phrases lead, and whether one of them has said so by then
    for begin in range(len(words)):
        for end in range(begin + 1, min(begin + _LONGEST, len(words)) + 1):
            phrase = words[begin:end]
            if phrase in _PHRASES and ways[begin]:
                ways[end].add(True)
            if phrase in _FILLERS:
                ways[end] |= ways[begin]
    return True in ways[-1]


def _shortened(word: str) -> str:
    """Return the dictionary form of a drawn-out word: `okkkk`, `yesss`."""
    forms = (word, _LONG_DRAWN.sub(r"\1", word), _LONG_DRAWN.sub(r"\1\1", word))
    return next((form for form in forms if form in _KNOWN), word)
