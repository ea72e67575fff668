"""Operators: each with a telephone, a browser that may die at any time, and a will of their own."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections import Counter
from random import Random
from typing import Protocol
from urllib.parse import urlsplit

import requests

from ivr.simulator import Answers, Busy, Call, Carrier, Decides, NoAnswer
from ivr.simulator.telephones import Ringing
from tests.chaos.agency import IN_BROWSER, THIRD, address_of
from tests.chaos.callers import Talker

PASSWORD = "six quiet operators"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
STATE = re.compile(r'id="state".*?class="state \w+">([\w -]+)', re.DOTALL)
ACT = re.compile(r'action="/console/operator(/act/\w+/)hold')
ACTS = {"hold": 6, "hand-over": 2, "consult": 2, "transfer": 1, "hang-up": 2, "mute": 1}
CONSULTING = {"complete": 3, "end-consult": 3, "join": 1}


class Window(Protocol):
    """A real browser."""

    def kill(self) -> None:
        """End it by force."""


class Browser:
    """A browser at the console: it holds an event stream, and gets over a server that is away."""

    def __init__(self, url: str, login: str) -> None:
        self.url, self.login = url, login
        self._session = requests.Session()
        self._session.trust_env = False
        self._stream: socket.socket | None = None
        self.token = ""

    def page(self) -> str:
        """The operators' screen, signed in; empty where the server is away."""
        text = self._ask("GET", "/console/operator")
        if 'id="state"' not in text and (token := TOKEN.search(text)):
            form = {"csrf_token": token[1], "login": self.login, "password": PASSWORD}
            self._ask("POST", "/console/sign-in", form)
            text = self._ask("GET", "/console/operator")
        if token := TOKEN.search(text):
            self.token = token[1]
        if self._stream is None and 'id="state"' in text:
            self._listen()
        return text

    def post(self, path: str, **form: str) -> str:
        """Press a button."""
        form = {"csrf_token": self.token, **form}
        return self._ask("POST", f"/console/operator{path}", form)

    def killed(self) -> None:
        """It is gone without a word; its cookie is on the disk."""
        if self._stream is not None:
            with contextlib.suppress(OSError):
                linger = struct.pack("ii", 1, 0)
                self._stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self._stream.close()
        self._stream = None

    def drain(self) -> None:
        """Read what has been told; where the server has ended the stream, forget it."""
        if self._stream is not None:
            try:
                while self._stream.recv(65536):
                    pass
            except BlockingIOError:
                return
            except OSError:
                pass
            self.killed()

    def _listen(self) -> None:
        parts = urlsplit(self.url)
        cookie = "; ".join(f"{name}={value}" for name, value in self._session.cookies.items())
        topics = f"operator-queue,operator:{self.login}"
        head = f"GET /console/events?topics={topics} HTTP/1.1\r\nHost: tango\r\n"
        with contextlib.suppress(OSError):
            stream = socket.create_connection((parts.hostname or "", parts.port or 80), 5)
            stream.sendall(f"{head}Cookie: {cookie}\r\n\r\n".encode())
            stream.setblocking(False)
            self._stream = stream
            self.post("/seen")

    def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        try:
            return self._session.request(method, self.url + path, data=form, timeout=10).text
        except requests.RequestException:
            return ""  # the server is just being killed; the next look is soon


class Operator:
    """One operator at work, in a thread of their own from `start` to `go_home`."""

    def __init__(self, name: str, carrier: Carrier, url: str, seed: int) -> None:
        self.name, self.carrier = name, carrier
        self.browser = Browser(url, name)
        self.window: Window | None = None
        """A real browser, which only watches."""
        self.done: Counter[str] = Counter()
        """What they did, and what happened to their telephone."""
        self._random = Random(f"{seed} {name}")  # noqa: S311 - to be repeated
        self._telephone = Random(f"{seed} {name}'s telephone")  # noqa: S311
        self._over, self._dead = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        carrier.telephones[address_of(name)] = Decides(self._rings)

    def start(self) -> None:
        """Come to work."""
        self._thread.start()

    def go_home(self) -> None:
        """Stop pressing keys; the screen stays as it is."""
        self._over.set()
        self._thread.join()
        self.browser.killed()

    @property
    def legs(self) -> list[Call]:
        """The calls in which they are."""
        here = address_of(self.name)
        return [call for call in self.carrier.calls if call.to == here and not call.is_over]

    def browser_dies(self) -> None:
        """Their browser is killed, and the call in it; they open it again soon."""
        self._dead.set()
        self.done["browser killed"] += 1
        if self.window is not None:
            self.window.kill()
            self.done["Chromium killed"] += 1
        if address_of(self.name).startswith("client:"):
            for leg in self.legs:
                leg.hang_up()

    def _rings(self) -> Ringing:
        if any(leg.answered_at is not None for leg in self.legs):
            self.done["rung while talking"] += 1
            return Busy()
        there = Answers(
            after=self._telephone.uniform(1, 6),
            does=Talker(self._telephone.uniform(10, 60)),
        )
        what = self._telephone.choices((there, Busy(), NoAnswer()), (10, 1, 1))[0]
        self.done[f"telephone {type(what).__name__}"] += 1
        return what

    def _work(self) -> None:
        while not self._over.wait(self._random.uniform(0.3, 0.9)):
            if self._dead.is_set():
                self.browser.killed()
                self._dead.clear()
                continue
            self.browser.drain()
            self._look(self.browser.page())

    def _look(self, page: str) -> None:
        found, here = STATE.search(page), ACT.search(page)
        state = found[1].lower() if found else ""
        back = state in ("away", "offline") or ("wrap" in state and self._random.random() < 0.5)
        if back:
            reach = "browser" if self.name in IN_BROWSER else "telephone"
            self.browser.post("/state/available", reach=reach)
            self.done[f"back from {state}"] += 1
        elif here and "on a call" in state:
            self._act(here[1], page)

    def _act(self, path: str, page: str) -> None:
        if "Put through to" in page:
            acts = CONSULTING if self._random.random() < 0.6 else {}
        elif "Take back" in page:
            acts = {"hold": 1} if self._random.random() < 0.7 else {}
        else:
            acts = ACTS if self._random.random() < 0.3 else {}
        if acts:
            act = self._random.choices(list(acts), list(acts.values()))[0]
            answer = self.browser.post(f"{path}{act}", number=THIRD, to="")
            self.done[act if answer else f"{act}, unanswered"] += 1
