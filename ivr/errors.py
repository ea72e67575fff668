"""The one exception tree.

::

    TangoError
    ├── SettingsError        a setting is missing, unknown or wrong
    ├── FlowError            a flow file was refused; carries its findings
    ├── UnknownVersion       a client's flow has no such version
    ├── UnknownClient        no flow file answers for this name or number
    ├── CarrierError         the telephone carrier refused or could not be reached
    │   ├── CallGone         the carrier no longer knows the call, or it has ended
    │   ├── CarrierBusy      the carrier wants to be asked later
    │   └── CarrierRefused   the carrier will never do it
    ├── StreamUnusable       a stream of the carrier's is not one that we can hear
    ├── StateUnavailable     Redis cannot be reached; the call goes on without it
    ├── NotKept              neither Redis nor the records take what a webhook says
    ├── QueueError           the operator queue refused an act
    ├── ConversationError    a conversation does not go that way now
    ├── RecordsError         the records database refused an act
    │   ├── RecordsUnavailable   it cannot be reached, or is not set up; try again later
    │   └── AnsweredBefore       the same write was done before, under the same key
    ├── StorageError         recordings cannot be read or written now, or not by this name
    │   ├── RecordingMissing     there is no such recording
    │   └── LinkLapsed           the link to it does not hold any more
    ├── BackupError          a backup cannot be made, is damaged, or has no place to go
    ├── AccountError         an account or a password was refused
    ├── PasswordsBusy        as many passwords are being checked as may be at once
    ├── ApiError             a program's request was refused; carries the problem
    ├── JobError             an act on a job was refused
    │   └── JobMoved         somebody else has acted on the job meanwhile
    ├── StatusError          a person's status was refused, or not understood
    ├── SignOnError          single sign-on let somebody not in, or its provider is away
    ├── SpeechError          speech could not be turned into words
    │   ├── AudioRefused     the bytes are not audio that we can use
    │   ├── ModelMissing     no recogniser is installed for the language
    │   └── RecogniserDied   its process ended in the middle of a recording
    ├── OutsideError         another system gave no usable answer; once more may help
    │   └── OutsideRefused   it is not to be asked, or what it sends is not to be taken
    ├── DeliveryError        a message could not be handed over
    │   └── DeliveryRefused  the recipient's side will never take it
    ├── Unexpected           a rehearsed call went another way than its test says
    ├── PartDown             a part of the system cannot do its work now
    ├── ProcessError         a process of the system did not start or stop
    └── SimulatorError       the simulated carrier found a fault
        └── TwimlRefused     a document that Twilio would not run

A message states the cause and the mend. Commands turn a `TangoError` into one line on
standard error and exit code 2.
"""


class TangoError(Exception):
    """Root of every error that Tango raises on purpose."""


class SettingsError(TangoError):
    """A setting is missing, unknown or wrong."""


class FlowError(TangoError):
    """A flow file was refused."""


class UnknownClient(TangoError):
    """No flow file answers for this name or number."""


class UnknownVersion(TangoError):
    """A client's flow has no such version."""


class CarrierError(TangoError):
    """The telephone carrier refused a request or could not be reached."""


class CallGone(CarrierError):
    """The carrier no longer knows the call, or it has ended."""


class CarrierBusy(CarrierError):
    """The carrier has too many requests, or is out of order for the moment; `after` is how many
    seconds it wants to be left alone, where it says so."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class CarrierRefused(CarrierError):
    """The carrier will never do what was asked: trying again is of no use."""


class StreamUnusable(TangoError):
    """What the carrier sends on a stream is not the sound that was asked for; says what it is."""


class StateUnavailable(TangoError):
    """Redis cannot be reached."""


class NotKept(TangoError):
    """What a webhook says can be kept neither in the records nor in Redis: it is to come again."""


class PartDown(TangoError):
    """A part of the system cannot do its work now; `why` says so in a word or two for everybody."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class QueueError(TangoError):
    """The operator queue refused an act."""


class ConversationError(TangoError):
    """What was asked of a conversation is not possible now, or the carrier has not done it."""


class RecordsError(TangoError):
    """The records database refused an act."""


class RecordsUnavailable(RecordsError):
    """The records database cannot be reached, is busy or is not set up."""


class AnsweredBefore(RecordsError):
    """A write has been done before under the same key: its answer is kept."""


class StorageError(TangoError):
    """The storage of recordings cannot be used now, or a name leads out of it."""


class RecordingMissing(StorageError):
    """There is no such recording in the storage."""


class LinkLapsed(StorageError):
    """The link to a recording does not hold any more: the next job has a new one."""


class BackupError(TangoError):
    """A backup cannot be made, is damaged, or is not to be restored here."""


class AccountError(TangoError):
    """An account or a password was refused; the message says why."""


class PasswordsBusy(TangoError):
    """As many passwords are being checked as may be at once: try again in a few seconds."""


class ApiError(TangoError):
    """A request to the API was refused. `kind` names a row of `ivr.web.api.problems.KINDS`;
    `errors` are the places of the request that are wrong, and how."""

    def __init__(self, kind: str, cause: str, errors: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(cause)
        self.kind = kind
        self.errors = errors


class JobError(TangoError):
    """An act on a job was refused; the message says why."""


class JobMoved(JobError):
    """Somebody else has acted on the job meanwhile: look at it again."""


class StatusError(TangoError):
    """A status was refused, or what somebody wrote of it was not understood; the message says why,
    kindly and with an example."""


class SignOnError(TangoError):
    """Single sign-on did not let somebody in, or its provider cannot be reached."""


class SpeechError(TangoError):
    """Speech could not be turned into words."""


class AudioRefused(SpeechError):
    """The bytes are not audio that can be used; the message says why."""


class ModelMissing(SpeechError):
    """No recogniser is installed for the language."""


class RecogniserDied(SpeechError):
    """The recogniser's process has ended in the middle of a recording."""


class OutsideError(TangoError):
    """Another system could not be asked, or gave no usable answer."""


class OutsideRefused(OutsideError):
    """Another system must not be asked, or its answer not taken: once more is of no use."""


class DeliveryError(TangoError):
    """A message could not be handed over to its recipient."""


class DeliveryRefused(DeliveryError):
    """The recipient's side will never take the message: trying again is of no use."""


class Unexpected(TangoError):
    """A rehearsed call went another way than its test says."""


class ProcessError(TangoError):
    """A process of the system did not start, or did not stop."""


class SimulatorError(TangoError):
    """The simulated carrier found a fault in the server or in the script."""


class TwimlRefused(SimulatorError):
    """A TwiML document that Twilio would not run as it stands."""
