"""The kinds of node, one file each. A new kind is a new file and a line here."""

from __future__ import annotations

from ivr.core.nodes.appointment import Appointment
from ivr.core.nodes.base import Kind
from ivr.core.nodes.branch import Branch
from ivr.core.nodes.call import CallTemplate
from ivr.core.nodes.callers import WhoRings
from ivr.core.nodes.collect import Collect
from ivr.core.nodes.dial import DialPerson
from ivr.core.nodes.escalate import Escalate
from ivr.core.nodes.hangup import EndCall
from ivr.core.nodes.hours import OpeningHours
from ivr.core.nodes.http import AskSystem
from ivr.core.nodes.menu import Menu
from ivr.core.nodes.message import TakeMessage
from ivr.core.nodes.queue import Queue
from ivr.core.nodes.rsvp import Rsvp
from ivr.core.nodes.say import SayText
from ivr.core.nodes.set import SetVariables
from ivr.core.nodes.text import WriteText

KINDS: dict[str, type[Kind]] = {
    kind.verb: kind
    for kind in (
        SayText,
        Menu,
        Collect,
        OpeningHours,
        Branch,
        WhoRings,
        SetVariables,
        TakeMessage,
        Queue,
        DialPerson,
        Escalate,
        Appointment,
        Rsvp,
        AskSystem,
        WriteText,
        CallTemplate,
        EndCall,
    )
}
