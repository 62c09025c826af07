"""The worker process: its frames, its death, its silence."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from threading import Thread

import pytest

from pipelines.errors import ValidatorUnavailable
from pipelines.frames import BrokenFrame, Frame, read_frame, write_frame
from pipelines.settings import ROOT
from pipelines.validation import COMMAND, Validator, combined, request_frame
from tests.expectations.samples import CLEAN, TODAY, as_table

NOISY = """
import os, sys
import expectations.runner as runner
warm = runner._checker
def noisy():
    print("printed by a library")
    os.write(1, b"written by C code")
    return warm()
runner._checker = noisy
sys.exit(runner.main())
"""
NO_NETWORK = """
import socket, pathlib
def refuse(self, address):
    if self.family != socket.AF_UNIX:
        pathlib.Path({log!r}).write_text(str(address))
        raise OSError("no network in this test")
socket.socket.connect = socket.socket.connect_ex = refuse
socket.getaddrinfo = lambda *a, **k: refuse(socket.socket(), a)
"""


def table():
    return as_table("kpi_values", [CLEAN["kpi_values"], CLEAN["kpi_values"] | {"kpi": None}])


def rows_held_back(validator) -> list[int | None]:
    found = validator.validate("kpi_values", table(), today=TODAY).findings
    return [each.row for each in found]


def dying(after: str) -> tuple[str, ...]:
    """A worker that ends at once when it is asked something; ``after`` runs first."""
    code = f"""
import os, sys
from pipelines.frames import Frame, read_frame, write_frame
{after}
write_frame(sys.stdout.buffer, Frame(header={{"ready": {{"kpi_values": []}}}}))
read_frame(sys.stdin.buffer)
"""
    return (sys.executable, "-c", code)


def test_frames_survive_the_pipe():
    """What is written is read back, several in a row, and the end is the end."""
    pipe = io.BytesIO()
    sent = [Frame(header={"一": [1, None]}, payload=b"\x00" * 9), Frame(header={})]
    for frame in sent:
        write_frame(pipe, frame)
    pipe.seek(0)
    assert sent == [read_frame(pipe), read_frame(pipe)]
    assert read_frame(pipe) is None


@pytest.mark.parametrize(
    "data", [b"Calculating Metrics: 100%|#####|", b"TPF1", b"TPF1" + b"\0" * 15 + b"\x09"]
)
def test_anything_but_frames_is_refused(data):
    """Text in the pipe, or a frame cut short, is an error and never a result."""
    with pytest.raises(BrokenFrame):
        read_frame(io.BytesIO(data))


def test_starting_does_not_wait():
    """start() returns at once, may be called again, and ready tells when the worker is warm."""
    with Validator() as cold:
        before = cold._worker.process.pid
        cold.start()
        assert before == cold._worker.process.pid
        assert cold.ready is False
        assert rows_held_back(cold) == [3]
        assert cold.ready is True
    assert cold.ready is False


def test_a_killed_worker_is_replaced(validator):
    """A worker that was killed between two files is not noticed by the second one."""
    assert rows_held_back(validator) == [3]
    old = validator._worker.process
    os.kill(old.pid, signal.SIGKILL)
    old.wait()
    assert rows_held_back(validator) == [3]
    assert old.pid != validator._worker.process.pid


def test_a_worker_killed_while_it_works_is_replaced_and_the_answer_comes(validator):
    """Death in the middle of a validation costs time and nothing else."""
    assert rows_held_back(validator) == [3]
    first = validator._worker.process
    os.kill(first.pid, signal.SIGSTOP)  # it cannot answer before it is killed
    answers: list[list[int | None]] = []
    waiting = Thread(target=lambda: answers.append(rows_held_back(validator)))
    waiting.start()
    time.sleep(0.3)
    assert answers == []
    first.kill()
    waiting.join(60)
    assert answers == [[3]]
    assert first.pid != validator._worker.process.pid


def test_a_worker_that_keeps_dying_is_given_up(tmp_path):
    """After one restart the user is told in Chinese that nothing was taken."""
    log = tmp_path / "starts"
    count = f"open({str(log)!r}, 'a').write('x')"
    with (
        Validator(command=dying(count)) as bad,
        pytest.raises(ValidatorUnavailable, match="没有入库"),
    ):
        bad.validate("kpi_values", table(), today=TODAY)
    assert log.read_text() == "xx"


def test_waiting_has_a_limit():
    """Neither a worker that never gets ready nor one that never answers blocks for ever."""
    asleep = (sys.executable, "-c", "import time; time.sleep(60)")
    with (
        Validator(command=asleep, ready_seconds=0.2) as slow,
        pytest.raises(ValidatorUnavailable, match="还在启动"),
    ):
        slow.validate("kpi_values", table(), today=TODAY)
    stuck = (*dying("")[:2], dying("")[2] + "import time; time.sleep(60)")
    with (
        Validator(command=stuck, reply_seconds=0.5) as slow,
        pytest.raises(ValidatorUnavailable, match="超过了时限"),
    ):
        slow.validate("kpi_values", table(), today=TODAY)


def test_threads_take_turns(validator):
    """Uploads at the same time each get their own answer."""
    answers: list[int] = []

    def ask(bad: int) -> None:
        rows = [CLEAN["kpi_values"] | {"kpi": None}] * bad
        found = validator.validate("kpi_values", as_table("kpi_values", rows), today=TODAY)
        required = [each for each in found.findings if each.rule == "kpi_values.kpi.required"]
        answers.append(len(required) - bad)

    threads = [Thread(target=ask, args=(bad,)) for bad in range(1, 7)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert answers == [0] * 6


def test_a_file_in_batches_is_as_the_file_at_once(validator):
    """Batch after batch gives the same findings and, added up, the same counts."""
    rows = [CLEAN["kpi_values"] | {"kpi": None if at % 3 else "收入"} for at in range(10)]
    whole = validator.validate("kpi_values", as_table("kpi_values", rows), today=TODAY)
    table = as_table("kpi_values", rows)
    parts = [
        validator.validate("kpi_values", table.slice(at, 4), today=TODAY) for at in range(0, 10, 4)
    ]
    assert whole.rules == combined(each.rules for each in parts)
    assert sorted(each.row for each in whole.findings) == sorted(
        each.row for part in parts for each in part.findings
    )


def test_results_of_no_batch_are_no_results():
    """A file without rows has looked at nothing."""
    assert () == combined([])


def test_nothing_but_frames_on_standard_output(tmp_path):
    """Prints of libraries and of C code go elsewhere; the worker ends with its input; offline."""
    log = tmp_path / "network"
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK.format(log=str(log)))
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    request = io.BytesIO()
    write_frame(request, request_frame("kpi_values", table(), TODAY))
    done = subprocess.run(
        [sys.executable, "-c", NOISY],
        input=request.getvalue(),
        capture_output=True,
        cwd=ROOT,
        env=environment,
        timeout=120,
        check=True,
    )
    output = io.BytesIO(done.stdout)
    assert "kpi_values" in read_frame(output).header["ready"]
    assert len(read_frame(output).header["findings"]) == 1
    assert read_frame(output) is None
    assert b"printed by a library" in done.stderr
    assert b"written by C code" in done.stderr
    assert not log.exists(), log.read_text()


def test_the_worker_ends_with_the_application():
    """When the application is killed the worker sees the end of its input and stops."""
    code = """
import time
from pipelines.validation import Validator
validator = Validator(); validator.start()
print(validator._worker.process.pid, flush=True)
time.sleep(60)
"""
    application = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with application:
        worker = int(application.stdout.readline())
        application.kill()
    until = time.monotonic() + 60
    while os.path.exists(f"/proc/{worker}") and not zombie(worker):
        assert time.monotonic() < until
        time.sleep(0.1)


def zombie(pid: int) -> bool:
    with open(f"/proc/{pid}/stat", encoding="utf-8") as status:
        return status.read().rsplit(")", 1)[1].split()[0] == "Z"


def test_the_command_is_the_documented_one():
    """`python -m expectations.runner` is the worker."""
    assert ("-m", "expectations.runner") == COMMAND[1:]
