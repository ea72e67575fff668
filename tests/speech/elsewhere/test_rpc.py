"""Questions over Redis are answered, asked again where a server dies, and soon forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from ivr import keys
from ivr.errors import DeskSilent
from ivr.speech.elsewhere.rpc import RpcMessage, answer_one, ask

HELLO = RpcMessage({"ask": "hello"}, b"\x00\n\xff")


Answer = Callable[[RpcMessage], RpcMessage]


@pytest.fixture
def serve(redis_server: str, redis: Redis) -> Iterator[Callable[[Answer], None]]:
    """Have the next question answered in another thread."""
    threads: list[threading.Thread] = []

    def start(answer: Answer) -> None:
        client = Redis.from_url(redis_server)
        threads.append(threading.Thread(target=answer_one, args=(client, answer, 30)))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join()


def echo(question: RpcMessage) -> RpcMessage:
    return RpcMessage({"heard": question.head}, question.body)


def test_a_question_is_answered_and_leaves_nothing_behind(
    redis: Redis, serve: Callable[..., None]
) -> None:
    serve(echo)
    assert ask(redis, HELLO) == RpcMessage({"heard": {"ask": "hello"}}, HELLO.body)
    assert redis.keys() == []


def test_a_question_with_which_a_server_died_is_asked_again(
    redis: Redis, redis_server: str, serve: Callable[..., None]
) -> None:
    def dies() -> None:
        Redis.from_url(redis_server).brpop([keys.SPEECH_DESK], timeout=30)
        serve(echo)

    dying = threading.Thread(target=dies)
    dying.start()
    assert ask(redis, HELLO, again=0.1).body == HELLO.body
    dying.join()


def test_where_no_server_answers_little_is_left_and_not_for_long(redis: Redis) -> None:
    with pytest.raises(DeskSilent, match="no server answers"):
        ask(redis, HELLO, again=0.02, patience=0.3)
    (id_,) = redis.lrange(keys.SPEECH_DESK, 0, -1)  # however often it was asked
    left = redis.keys()
    assert set(left) == {keys.SPEECH_DESK.encode(), b"ivr:speech:question:" + id_}
    assert all(0 < redis.ttl(key) <= keys.SPEECH_QUESTION_TTL_SECONDS for key in left)


def test_an_answer_that_nobody_takes_is_soon_gone(redis: Redis) -> None:
    with pytest.raises(DeskSilent):
        ask(redis, HELLO, patience=0.01)
    assert answer_one(redis, echo, 1)
    (key,) = redis.keys()
    assert 0 < redis.ttl(key) <= keys.SPEECH_ANSWER_TTL_SECONDS


def test_a_question_that_is_gone_is_passed_over(redis: Redis) -> None:
    redis.lpush(keys.SPEECH_DESK, "gone")
    assert answer_one(redis, echo, 1)
    assert redis.keys() == []


def test_a_redis_that_is_away_is_named() -> None:
    with pytest.raises(DeskSilent, match="Redis does not answer"):
        ask(Redis.from_url("redis://127.0.0.1:1"), HELLO, patience=0.01)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON), st.binary())
def test_a_parcel_comes_out_as_it_went_in(head: dict[str, object], body: bytes) -> None:
    assert RpcMessage.unpacked(RpcMessage(head, body).packed()) == RpcMessage(head, body)


@given(st.binary())
def test_what_is_no_parcel_is_refused(sent: bytes) -> None:
    try:
        RpcMessage.unpacked(sent)
    except ValueError:
        return
    assert sent.lstrip().startswith(b"{")
