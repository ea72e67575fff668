"""The desk: answers speech workers on other machines. Run as `python -m ivr.processes.desk`.

A few threads, so that writing down what was heard in an hour holds up no other worker. It has the
database and the folder of recordings, and decodes none except to silence card numbers in it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ivr.adapters.recordings import open_storage
from ivr.processes.loops import Loop, run_process
from ivr.processes.redis import PATIENT_SECONDS, connect
from ivr.records import open_records
from ivr.settings import Settings
from ivr.speech.elsewhere.desk import WorkerGateway
from ivr.speech.elsewhere.rpc import answer_one
from ivr.speech.jobs import Workplace
from ivr.speech.recognisers.choose import Recognisers

THREADS = 4
WAIT_SECONDS = 1


def loops(settings: Settings) -> list[Loop]:
    """The desk's threads."""
    redis = connect(settings, reply_seconds=PATIENT_SECONDS)
    records = open_records(settings.database_url)
    recognisers = Recognisers(settings.speech_models)  # loads none, as it is asked for none
    storage = open_storage(settings.recordings)
    place = Workplace(settings, records, storage, recognisers, lambda: datetime.now(UTC))
    desk = WorkerGateway(place, redis)

    def answer() -> bool:
        return answer_one(redis, desk.answer, WAIT_SECONDS)

    return [Loop(f"desk-{number}", answer, 0.0) for number in range(1, THREADS + 1)]


if __name__ == "__main__":
    run_process("desk", loops)
