"""Whatever a document does to its process, every input gets its record and the run goes on."""

import pickle
import sys
import threading
import time
from pathlib import Path

import pytest

from archivetk.document import Failed, Source
from archivetk.engines.local import LocalEngine
from archivetk.guard import CancelledError, Guard
from archivetk.jobs import Job, run_job
from archivetk.readers import find_inputs
from archivetk.settings import load_profile

PLUGINS = Path(__file__).parent / "plugins"
RECORD = "archivetk.writers.jsonl:to_record"
SETTINGS = load_profile("article").changed(time_limit=4.0)


@pytest.fixture(autouse=True)
def plugins(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(PLUGINS)])


def source(name, text):
    return Source(name, name, text.encode())


def through(sources, **options):
    with Guard(SETTINGS, (RECORD, {}), ("faults",), **options) as guard:
        return [pickle.loads(one) for one in guard.map(sources)]


def test_poison_between_good_documents(tmp_path):
    poisons = {
        "hang": "timeout",
        "segfault": "crashed",
        "kill": "memory",
        "exit": "crashed",
        "memory": "memory",
    }
    sources = []
    for name in poisons:
        sources += [source(f"before-{name}", "A fine text."), source(name, f"POISON {name}")]
    sources += [source("last", "POISON print"), source("once", f"POISON once {tmp_path}/mark")]
    records = through(sources)
    assert [one["id"] for one in records] == [one.id for one in sources]
    got = {one["id"]: one["code"] for one in records if one["status"] == "failed"}
    assert got == poisons
    said = {one["id"]: one["reason"] for one in records}
    assert "SIGSEGV" in said["segfault"]
    assert "--time-limit" in said["hang"]
    assert records[-1]["status"] == "cleaned", "a document gets a second chance in a new process"


def test_failed_inputs_pass_through_in_their_place():
    middle = Failed(source("m", ""), "unreadable", "Reading it is not permitted.")
    records = through([source("a", "One."), middle, source("z", "Two.")])
    assert [(one["id"], one["status"]) for one in records] == [
        ("a", "cleaned"),
        ("m", "failed"),
        ("z", "cleaned"),
    ]


def test_giving_up_ends_a_hanging_child_at_once():
    cancelled = threading.Event()
    threading.Timer(0.5, cancelled.set).start()
    settings = SETTINGS.changed(time_limit=600.0)
    began = time.monotonic()
    with (
        Guard(settings, (RECORD, {}), ("faults",), cancelled) as guard,
        pytest.raises(CancelledError),
    ):
        list(guard.map([source("h", "POISON hang")]))
    assert time.monotonic() - began < 60


def test_a_large_document_goes_through_the_pipe():
    text = "Every word of this is kept as it is. " * 100_000
    records = through([source(str(i), text) for i in range(4)])
    assert [len(one["text"]) for one in records] == [len(text) - 1] * 4


@pytest.mark.parametrize("jobs", [1, 3])
def test_jobs_answer_in_input_order(tmp_path, jobs):
    for number in range(150):
        (tmp_path / f"{number:03}.txt").write_text(f"This is document {number}.")
    rows = "".join(f'{{"id": "row-{n}", "text": "Row {n}."}}\n' for n in range(31))
    (tmp_path / "050.jsonl").write_text(rows)
    inputs = list(find_inputs([str(tmp_path)]))
    ticks = []
    answers = list(run_job(Job(SETTINGS, RECORD), inputs, LocalEngine(jobs), tick=ticks.append))
    expected = []
    for entry in inputs:
        expected += [f"row-{n}" for n in range(31)] if entry.container else [entry.name]
    assert [one["id"] for one in answers] == expected
    assert sum(ticks) == len(expected)


def test_an_engine_may_run_tasks_twice_and_in_any_order(tmp_path):
    class Odd(LocalEngine):
        def map(self, function, tasks):
            tasks = list(tasks)
            for task in reversed(tasks):
                function(task)
                yield function(task)

    for number in range(70):
        (tmp_path / f"{number:03}.txt").write_text(f"This is document {number}.")
    inputs = list(find_inputs([str(tmp_path)]))
    answers = list(run_job(Job(SETTINGS, RECORD), inputs, Odd(2)))
    assert [one["id"] for one in answers] == [entry.name for entry in inputs]


def test_stopping_early_leaves_no_files(tmp_path):
    for number in range(40):
        (tmp_path / f"{number:03}.txt").write_text("Text.")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    run = run_job(
        Job(SETTINGS, RECORD),
        list(find_inputs([f"{tmp_path}/*.txt"])),
        LocalEngine(2),
        scratch=scratch,
    )
    next(run)
    run.close()
    assert list(scratch.iterdir()) == []
