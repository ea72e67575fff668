"""Documents that Twilio would not run as written are refused, with the reason."""

import pytest

from ivr.errors import TwimlRefused
from ivr.simulator.twiml import parse


def read(verbs: str, context: str = "call") -> object:
    return parse(f"<Response>{verbs}</Response>".encode(), "text/xml; charset=utf-8", context)


GOOD = [
    "",
    "<Say voice='Polly.Amy' language='en-GB'>Good morning.</Say>",
    "<Say>Call <say-as interpret-as='telephone'>01604</say-as> <break time='1s'/> now</Say>",
    "<Play>/audio/a.wav</Play><Play digits='1ww2'/><Pause length='3'/>",
    "<Gather input='dtmf speech' action='/a' hints='leak, no heating' timeout='auto'>"
    "<Say>Hi</Say><Play>/a.wav</Play><Pause/></Gather><Redirect>/b</Redirect>",
    "<Record action='/a' finishOnKey='' recordingStatusCallbackEvent='completed absent'/>"
    "<Say>I heard nothing.</Say>",
    "<Dial>+441632960001</Dial><Say>Goodbye.</Say>",
    "<Dial callerId='+441604529170'><Number url='/w'>+441632960001</Number>"
    "<Client>ann</Client></Dial>",
    "<Dial><Conference waitUrl='' statusCallbackEvent='start end'>r</Conference></Dial>",
    "<Enqueue waitUrl='/w'>support</Enqueue><Hangup/>",
    "<Reject reason='busy'/>",
]

BAD = [
    ("<Shout>Hi</Shout>", "<Shout> may not stand here"),
    ("<say>Hi</say>", "<say> may not stand here"),
    ("<Say loud='true'>Hi</Say>", "no attribute 'loud'"),
    ("<Gather numDigit='1'/>", "did you mean numDigits?"),
    ("<Say voice='Polly'>Hi</Say>", "voice"),
    ("<Say language='English'>Hi</Say>", "BCP 47"),
    ("<Say/>", "<Say> is empty"),
    (f"<Say>{'a' * 3001}</Say>", "3001 characters"),
    ("<Say><Play>/a</Play></Say>", "<Play> may not be nested in <Say>"),
    ("<Play/>", "either an address or digits"),
    ("<Play digits='1'>/a</Play>", "either an address or digits"),
    ("<Pause length='0'/>", "from 1 up"),
    ("<Pause>three</Pause>", "may not hold text"),
    ("<Gather numDigits='0'/>", "from 1 up"),
    ("<Gather numDigits='٣'/>", "whole number"),
    ("<Gather action=''/>", "address without spaces"),
    ("<Gather action='/a b'/>", "address without spaces"),
    ("<Gather method='PUT'/>", "GET, POST"),
    ("<Gather input='voice'/>", "one of dtmf"),
    ("<Gather finishOnKey='12'/>", "one key"),
    ("<Gather actionOnEmptyResult='yes'/>", "true, false"),
    (f"<Gather hints='{'a' * 101}'/>", "100 characters"),
    (f"<Gather hints='{','.join(['a'] * 501)}'/>", "500 phrases"),
    ("<Gather><Record/></Gather>", "<Record> may not be nested in <Gather>"),
    ("<Gather>Press one</Gather>", "may not hold text"),
    ("<Record maxLength='1'/>", "from 2"),
    ("<Record trim='yes'/>", "trim-silence"),
    ("<Record recordingStatusCallbackEvent='completed,absent'/>", "separated by spaces"),
    ("<Record><Say>Hi</Say></Record>", "<Say> may not be nested in <Record>"),
    ("<Dial/>", "either a number as its text or nouns"),
    ("<Dial>+441<Number>+441</Number></Dial>", "text between the elements|not both"),
    ("<Dial callerId='anonymous'>+441632960001</Dial>", "E.164"),
    ("<Dial><Say>Hi</Say></Dial>", "<Say> may not be nested in <Dial>"),
    ("<Dial><Number/></Dial>", "<Number> is empty"),
    ("<Dial><Conference>a</Conference><Conference>b</Conference></Dial>", "nothing beside"),
    ("<Dial><Conference maxParticipants='251'>a</Conference></Dial>", "from 2 to 250"),
    ("<Dial><Conference beep='loud'>a</Conference></Dial>", "onEnter"),
    (f"<Dial>{'<Number>+441632960001</Number>' * 11}</Dial>", "rings 11"),
    ("<Number>+441632960001</Number>", "<Number> may not stand here"),
    ("<Enqueue/>", "<Enqueue> is empty"),
    ("<Redirect/>", "<Redirect> is empty"),
    ("<Reject reason='rude'/>", "rejected, busy"),
    ("<Leave/>", "<Leave> may not stand in a call document"),
    ("stray words", "text between the elements"),
    ("<Pause/>stray", "text between the elements"),
    ("<Hangup/><Say>Hi</Say>", "can never be reached"),
    ("<Redirect>/a</Redirect><Say>Hi</Say>", "can never be reached"),
    ("<Reject/><Say>Hi</Say>", "can never be reached"),
    ("<Dial action='/a'>+441632960001</Dial><Say>Hi</Say>", "can never be reached"),
    ("<Enqueue action='/a'>q</Enqueue><Say>Hi</Say>", "can never be reached"),
    ("<Gather actionOnEmptyResult='true'/><Say>Hi</Say>", "can never be reached"),
]


@pytest.mark.parametrize("verbs", GOOD)
def test_what_twilio_documents_is_taken(verbs: str) -> None:
    assert isinstance(read(verbs), tuple)


@pytest.mark.parametrize(("verbs", "reason"), BAD)
def test_what_twilio_does_not_document_is_refused_with_the_reason(verbs: str, reason: str) -> None:
    with pytest.raises(TwimlRefused, match=reason):
        read(verbs)


@pytest.mark.parametrize(
    ("context", "verbs"),
    [
        ("whisper", "<Dial>+441632960001</Dial>"),
        ("whisper", "<Redirect>/a</Redirect>"),
        ("conference wait", "<Gather/>"),
        ("queue wait", "<Record/>"),
    ],
)
def test_documents_for_special_places_hold_only_the_verbs_of_that_place(
    context: str, verbs: str
) -> None:
    with pytest.raises(TwimlRefused, match=f"may not stand in a {context} document"):
        read(verbs, context)


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"<Response/>", "text/html", "content type is 'text/html'"),
        (b"<Response/>", "", "content type is 'missing'"),
        (b"", "text/xml", "not XML"),
        (b"<Response>", "text/xml", "not XML"),
        (b"Hello", "text/xml", "not XML"),
        (b"<Responses/>", "text/xml", "root is <Responses>"),
        (b"<Response a='b'/>", "text/xml", "plain <Response>"),
        (b"<!DOCTYPE a><Response/>", "text/xml", "DOCTYPE"),
        (b"<Response>" + b" " * 65536 + b"</Response>", "text/xml", "65557 bytes"),
    ],
)
def test_what_is_not_a_twiml_document_is_refused(
    body: bytes, content_type: str, reason: str
) -> None:
    with pytest.raises(TwimlRefused, match=reason):
        parse(body, content_type)
