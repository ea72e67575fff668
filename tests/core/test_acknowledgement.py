"""Which answers to a text say that it was read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.acknowledgement import acknowledges

SAY_SO = """
OK|ok|Ok.|ok!|OK!!!|“OK”|o.k.|O.K.|Okay! |okey dokey|K|kk|okkkk|Okaaay|OK :-)|ok ;)|OK, thanks
OK thanks|ok - thanks|ok/thanks|OK\nthanks|Thanks|THANKS!|Thank you|thank you very much|Many thanks
thx|ta
Thanks a lot mate|Thanks again x|Cheers|Thanks for letting me know|Got it|Got it, thanks!|got this
Yes|yes.|Yesss|Yep, will do|y|Yes, got it|will do|Will do!|I'll do|I’m on it|I've read it|Read|Read.
received|Received, thank you|Rec'd|Noted|understood|Roger that|No problem|no worries
All good, thanks|Received with thanks|Thanks for the info|Message read|Done|ok sorted|Will call now
I’ll ring them
Of course|✓|Great, thanks|leave it with me|Seen it|ok thank u|ty|ＯＫ|OK\u200b
👍|👍🏽|👍🏿|👍️|👍👍|OK 👍|👍 thanks|👌🏻|✅|✔️|☑️|🆗|🙏🏼|👍🏾🙂|Thanks 😊|ok ❤️
Liked “Message for Acme from 07700 900123. Reply OK once read, or: https://x.example/a?b”
Loved "Message for Acme"|👍 to “Message for Acme”|Reacted 👍🏽 to “Message for Acme”
Danke|danke!|Danke schön|Danke schoen|Vielen Dank!|ja|Ja, danke|Alles klar|alles klar, danke
Gelesen|hab's gelesen|Habe ich gelesen|Erhalten|verstanden|mach ich|Wird gemacht|Passt|In Ordnung
i.O.|Ok, kümmere mich darum|Kein Problem|Erledigt|Bestätigt|Ich rufe zurück
Okay, vielen Dank, viele Grüße|JA!
Diolch|Diolch yn fawr|diolch yn fawr iawn!|Iawn|iawn, diolch|Popeth yn iawn|Ie|Ocê|oce|ydw
Wedi darllen|wedi’i weld|Wrth gwrs|wedi'i ddarllen|Wedi derbyn, diolch|Deall|Gwnaf|mi wna i
Dim problem|Da iawn
"""

DO_NOT = """
ok?|OK ?|Ok？|ok???|is that ok|Thanks?|👍?|👍❓|Read?|not ok|Not OK.|ok not|no|No thanks
no thank you|Yes but who is this?|yes but who is this|Yes, who is this|ok who is this
Thanks but no thanks|thanks but|OK, ring me|ok ring me|ok call me|Okay I will be there at 5
thanks, not read yet|not read|unread
Wrong number|stop|STOP|ok stop|help|who|what|book|okra|yesterday|thanksgiving|ok then why|OK 5
👎|👎🏽|👍👎|👍 👎|🤷|😡|🙂|😂|ok 😡|❤️|?|!|.||   |x|all|and|for that
Disliked “Message for Acme”|Questioned “Message for Acme”|Laughed at “Message for Acme”
👎 to “Message for Acme”|Reacted 👎 to “Message for Acme”|Liked the car
nicht ok|Nein|nein danke|ja aber wer ist das|Danke, aber nein|ok, wer ist da|kein Interesse|gelesen?
nicht gelesen|noch nicht|Iawn?|ddim yn iawn|Na|dim diolch|na, dim diolch|iawn ond pwy|nage|naddo
Not done|will call?|I will call when I can, who is it|nicht erledigt|Yes please|Can you ring me
OK if you ring me first|I did not get it|got nothing|AWAY 3PM|BACK
"""


def lines(written: str) -> list[str]:
    joined = written.strip("\n").replace("\n", "|")
    return [each.replace("\\n", "\n") for each in joined.split("|")]


@pytest.mark.parametrize("text", lines(SAY_SO))
def test_it_was_read(text: str) -> None:
    assert acknowledges(text)


@pytest.mark.parametrize("text", lines(DO_NOT))
def test_that_says_something_else(text: str) -> None:
    assert not acknowledges(text)


@given(
    st.sampled_from(lines(SAY_SO)), st.sampled_from(["?", " ?", " but", " not", " ring me", "👎"])
)
def test_nothing_that_goes_on_otherwise_counts(text: str, more: str) -> None:
    assert not acknowledges(text + more)


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert acknowledges(text) in (True, False)
