"""Whatever a document does to its process, every input gets its record and the run goes on."""

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

import archivetk
from archivetk.document import Failed, Source
from archivetk.engines.local import LocalEngine
from archivetk.guard import CancelledError, Guard, GuardPool, nursery
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


def test_a_hanging_child_that_reads_no_more_is_ended_in_time():
    large = "A fine text. " * 100_000
    sources = [source("grip", "POISON grip"), source("large", large), source("z", "Two.")]
    began = time.monotonic()
    records = through(sources)
    assert [one["code"] for one in records] == ["timeout", None, None]
    assert time.monotonic() - began < 60


def test_a_document_that_the_memory_does_not_even_hold():
    settings = SETTINGS.changed(memory_limit=400, time_limit=60.0)
    sources = [
        source("a", "One."),
        Source("large", "large", b"A fine text. " * 15_000_000),
        source("z", "Two."),
    ]
    with Guard(settings, (RECORD, {}), ("faults",)) as guard:
        records = [pickle.loads(one) for one in guard.map(sources)]
    assert [one["code"] for one in records] == [None, "memory", None]
    assert "--memory-limit" in records[1]["reason"]


def test_failed_inputs_pass_through_in_their_place():
    middle = Failed(source("m", ""), "unreadable", "Reading it is not permitted.")
    records = through([source("a", "One."), middle, source("z", "Two."), middle, middle])
    assert [(one["id"], one["status"]) for one in records] == [
        ("a", "cleaned"),
        ("m", "failed"),
        ("z", "cleaned"),
        ("m", "failed"),
        ("m", "failed"),
    ]
    assert [one["id"] for one in through([middle, middle, source("a", "One.")])] == ["m", "m", "a"]


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


def test_a_nursery_that_was_killed_is_replaced():
    with (
        closing(GuardPool()) as pool,
        pool.lease(SETTINGS, (RECORD, {}), ("faults",)) as guard,
    ):
        answers = guard.map([source("a", "One."), source("x", "POISON exit"), source("z", "Two.")])
        assert pickle.loads(next(answers))["status"] == "cleaned"
        os.kill(pool.start(SETTINGS, (RECORD, {}))._process.pid, signal.SIGKILL)
        rest = [pickle.loads(one) for one in answers]
    assert [(one["id"], one["code"]) for one in rest] == [("x", "crashed"), ("z", None)]


@pytest.mark.parametrize("forks", [True, False])
def test_children_end_with_whoever_started_them(forks):
    code = (
        f"import sys; from archivetk.guard import nursery; nursery._FORKS = {forks}; "
        "from archivetk.document import Source; from archivetk.guard import Guard; "
        "from archivetk.settings import load_profile; "
        f"sys.path.append({str(PLUGINS)!r}); "
        f"guard = Guard(load_profile('article'), ({RECORD!r}, {{}}), ('faults',)); "
        "poison = Source('h', 'h', b'POISON hang'); "
        "answers = guard.map([Source('a', 'a', b'One.'), poison]); next(answers); "
        "print(guard._child.pid, flush=True); next(answers)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 30
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    outlived = is_alive(pid)
    if outlived:
        os.kill(pid, signal.SIGKILL)
    assert not outlived


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")  # where nobody takes note of its death, it is a zombie
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.mark.parametrize("forks", [True, False])
def test_children_are_replaced_with_a_nursery_or_without(monkeypatch, forks):
    monkeypatch.setattr(nursery, "_FORKS", forks)
    records = through([source("a", "One."), source("x", "POISON exit"), source("z", "Two.")])
    assert [(one["id"], one["code"]) for one in records] == [
        ("a", None),
        ("x", "crashed"),
        ("z", None),
    ]
    assert "ended with code 7" in records[1]["reason"]


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


def test_the_collector_of_the_caller_is_left_alone(tmp_path):
    (tmp_path / "a.txt").write_text("A fine text.")
    before = gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()
    assert len(list(archivetk.clean_files(tmp_path))) == 1
    assert (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()) == before


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


@pytest.mark.parametrize("needed", [True, False])
def test_a_nursery_that_was_foreseen_is_used_or_ends(monkeypatch, needed):
    monkeypatch.setattr(nursery, "_FORKS", True)
    nursery.foresee()
    nursery.foresee()
    [(process, _)] = nursery._early
    if needed:
        with Guard(SETTINGS, (RECORD, {})) as guard:
            [answer] = guard.map([Source("a", "a", b"A fine text.")])
            assert not nursery._early
            assert process.poll() is None
        assert pickle.loads(answer)["text"] == "A fine text."
    else:
        nursery._dismiss()
    assert process.wait(timeout=10) is not None


def test_tasks_get_smaller_towards_the_end(tmp_path):
    seen = []

    class Watched(LocalEngine):
        def map(self, function, tasks):
            def watched():
                for task in tasks:
                    seen.append([one["name"] for one in task["inputs"]])
                    yield task

            yield from super().map(function, watched())

    for number in range(200):
        (tmp_path / f"{number:03}.txt").write_text(f"This is document {number}.")
    inputs = list(find_inputs([str(tmp_path)]))
    assert len(list(run_job(Job(SETTINGS, RECORD), inputs, Watched(2)))) == 200
    sizes = [len(names) for names in seen]
    assert [name for names in seen for name in names] == [entry.name for entry in inputs]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 30
    assert sizes[-2:] == [1, 1]


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
