"""The kinds of node, one file each. A new kind is a new file and a line here."""

from __future__ import annotations

from ivr.nodes.appointment import Appointment
from ivr.nodes.base import Kind
from ivr.nodes.branch import Branch
from ivr.nodes.call import CallTemplate
from ivr.nodes.callers import WhoRings
from ivr.nodes.collect import Collect
from ivr.nodes.dial import DialPerson
from ivr.nodes.escalate import Escalate
from ivr.nodes.hangup import EndCall
from ivr.nodes.hours import OpeningHours
from ivr.nodes.http import AskSystem
from ivr.nodes.menu import Menu
from ivr.nodes.message import TakeMessage
from ivr.nodes.queue import Queue
from ivr.nodes.rsvp import Rsvp
from ivr.nodes.say import SayText
from ivr.nodes.set import SetVariables
from ivr.nodes.text import WriteText

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
