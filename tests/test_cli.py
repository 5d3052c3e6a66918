"""The command line as a user meets it: data on stdout, talk on stderr, the right exit code."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import zstandard

import archivetk
from archivetk.cli import COMMANDS

SAMPLES = Path(__file__).parent.parent / "samples"


def run(*arguments, stdin=b"", cwd=None, env=None):
    return subprocess.run(
        [sys.executable, "-m", "archivetk", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        check=False,
    )


def records(done):
    return [json.loads(line) for line in done.stdout.decode("utf-8").split("\n") if line]


def no_traceback(done):
    assert b"Traceback" not in done.stderr, done.stderr.decode()


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("The mill stood still for a year.Nobody missed it.\n")
    return path


def test_one_file_to_stdout(story):
    done = run("clean", story)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == "The mill stood still for a year. Nobody missed it.\n"


def test_stdout_is_utf_8_in_every_locale(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("Die Brücke über den Fluß bleibt gesperrt – bis auf Weiteres.", "utf-8")
    done = run("clean", path, env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert "Brücke über den Fluß bleibt gesperrt – bis" in done.stdout.decode("utf-8")


def test_several_files_without_a_target_need_lines(story):
    done = run("clean", story, SAMPLES)
    assert done.returncode == 2
    assert b"--format jsonl" in done.stderr
    no_traceback(done)


def test_a_record_for_every_input_in_order(tmp_path):
    (tmp_path / "a.txt").write_text("A short text that is fine.")
    (tmp_path / "b.bin").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "c.txt").write_bytes(b"")
    (tmp_path / "d.jsonl").write_text('{"text": "One row."}\nbroken\n')
    done = run("clean", tmp_path, tmp_path / "none.txt", "--format", "jsonl")
    no_traceback(done)
    assert done.returncode == 1
    found = [(one["id"], one["status"], one["code"]) for one in records(done)]
    name = tmp_path.name
    assert found == [
        (f"{name}/a.txt", "cleaned", None),
        (f"{name}/b.bin", "rejected", "binary"),
        (f"{name}/c.txt", "rejected", "empty"),
        (f"{name}/d.jsonl#1", "cleaned", None),
        (f"{name}/d.jsonl#2", "failed", "malformed"),
        (f"{name}/none.txt", "failed", "not-found"),
    ]
    assert b"none.txt: There is no such file" in done.stderr


def test_files_into_a_folder(tmp_path):
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text("First text.")
    (tmp_path / "in" / "sub" / "a.txt").write_text("Second text.")
    out = tmp_path / "out"
    assert run("clean", tmp_path / "in", "-o", out).returncode == 0
    assert (out / "a.txt.txt").read_text() == "First text.\n"
    assert (out / "sub" / "a.txt.txt").read_text() == "Second text.\n"
    again = run("clean", tmp_path / "in", "-o", out)
    assert again.returncode == 2
    assert b"--overwrite" in again.stderr
    assert run("clean", tmp_path / "in", "-o", out, "--overwrite").returncode == 0


def test_two_inputs_for_one_file_are_refused_before_anything_is_written(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "A.txt").write_text("First.")
    (tmp_path / "in" / "a.txt").write_text("Second.")
    done = run("clean", tmp_path / "in", "-o", tmp_path / "out")
    assert done.returncode == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
def test_lines_into_a_file(tmp_path, story, name):
    target = tmp_path / name
    assert run("clean", story, "-o", target).returncode == 0
    data = target.read_bytes()
    text = gzip.decompress(data) if name.endswith("gz") else data
    assert json.loads(text)["id"] == "story.txt"


def test_parquet_reads_back(tmp_path, story):
    from pyarrow import parquet

    target = tmp_path / "x.parquet"
    assert run("clean", story, "-o", target, "--changes").returncode == 0
    row = parquet.read_table(target).to_pylist()[0]
    assert row["text"].startswith("The mill stood still")
    assert json.loads(row["changes"])[0]["rule"] == "join.sentence"


@pytest.mark.parametrize("name", ["dolma", "datatrove"])
def test_schemas_of_others(story, name):
    row = records(run("clean", story, "--format", name))[0]
    assert set(row) == {"id", "text", "metadata"} | ({"source"} if name == "dolma" else set())


def test_changes_restore_the_original(tmp_path):
    target = tmp_path / "all.jsonl"
    assert (
        run("clean", SAMPLES, "-o", target, "--changes", "--exclude", "*.warc.gz").returncode == 0
    )
    cleaned = {
        one["source"]
        for one in map(json.loads, target.read_text().splitlines())
        if one["status"] == "cleaned"
    }
    done = run("restore", target, "-o", tmp_path / "back")
    no_traceback(done)
    for name in cleaned:
        if "#" not in name:
            assert (tmp_path / "back" / name).read_bytes() == (SAMPLES / name).read_bytes(), name
    assert (tmp_path / "back" / "ferry.jsonl").read_bytes() == (
        SAMPLES / "ferry.jsonl"
    ).read_bytes()


def test_what_export_leaves_out_is_said(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("The mill stood still for a year.")
    (tmp_path / "in" / "b.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = run("archive", tmp_path / "in", "-o", tmp_path / "c")
    assert b"were there" not in done.stderr
    done = run("archive", tmp_path / "in", "-o", tmp_path / "c")
    assert b"c: 0 added, 2 were there" in done.stderr
    for name, said in (
        ("x.jsonl", b": 2 documents: 1 cleaned, 1 rejected\n"),
        ("x.warc.wet.gz", b": 2 documents: 1 cleaned, 1 rejected; 1 without a text left out\n"),
        ("x/", b": 2 documents: 1 cleaned, 1 rejected; 1 without a text left out\n"),
    ):
        assert run("export", tmp_path / "c", "-o", f"{tmp_path}/{name}").stderr.endswith(said)
    assert run("export", tmp_path / "c", "-o", tmp_path / "y.jsonl", "--quiet").stderr == b""


def test_a_damaged_collection_is_not_restored_in_silence(tmp_path):
    done = run("archive", SAMPLES, "-o", tmp_path / "c", "--quiet")
    assert done.stderr == b""
    path = tmp_path / "c" / "archive" / "documents.derived.warc.gz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x40
    path.write_bytes(data)
    done = run("restore", tmp_path / "c", "-o", tmp_path / "back")
    assert done.returncode == 3
    assert b"failed: documents.derived.warc.gz:" in done.stderr
    assert b" 0 failed" not in done.stderr


def test_what_is_no_archive_of_ours_is_said_once(tmp_path, story):
    for path in (story, tmp_path / "none"):
        done = run("verify", path)
        assert done.returncode == 1
        assert done.stdout == b""
        assert done.stderr.count(b"\n") == 1


def test_records_without_changes_are_not_restored(tmp_path, story):
    run("clean", story, "-o", tmp_path / "c.jsonl")
    done = run("restore", tmp_path / "c.jsonl", "-o", tmp_path / "back")
    assert done.returncode == 3
    assert b"story.txt: its record was written without --changes\n" in done.stderr
    done = run("restore", story, "-o", tmp_path / "back")
    assert b"line 1: it is no record" in done.stderr


def test_what_was_packed_is_verified_restored_and_exported(tmp_path, story):
    run("archive", story, "-o", tmp_path / "c")
    run("pack", tmp_path / "c", "-o", tmp_path / "c.wacz")
    assert run("verify", tmp_path / "c.wacz").stdout == b"proven    story.txt\n1 proven\n"
    assert run("restore", tmp_path / "c.wacz", "-o", tmp_path / "back").returncode == 0
    assert (tmp_path / "back" / "story.txt").read_bytes() == story.read_bytes()
    (record,) = records(run("export", tmp_path / "c.wacz", "--format", "jsonl"))
    assert record["text"] == "The mill stood still for a year. Nobody missed it."
    with zipfile.ZipFile(tmp_path / "foreign.wacz", "w") as file:
        file.writestr("archive/data.warc.gz", b"")
    refused = run("verify", tmp_path / "foreign.wacz")
    assert refused.returncode == 1
    assert b"holds no collection of archivetk" in refused.stderr


@pytest.mark.parametrize("url", ["x", "ftp://coast.example/a", ""])
def test_an_address_is_one(story, url):
    refused = run("clean", story, "--url", url)
    assert refused.returncode == 2
    assert b"is no address" in refused.stderr


def test_messages_have_no_numbers_of_the_system(tmp_path, story):
    for arguments in (("--profile", "no.toml"), ("--urls", "no.csv"), ("--rules", "no.toml")):
        refused = run("clean", story, *arguments, cwd=tmp_path)
        assert refused.returncode == 2
        assert b"Errno" not in refused.stderr
        assert b"No such file" in refused.stderr


def test_outputs_are_packed_by_their_names(tmp_path, story):
    for name, unpack in (
        ("o.jsonl.gz", gzip.decompress),
        ("o.jsonl.zst", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
    ):
        assert run("clean", story, "-o", tmp_path / name).returncode == 0
        record = json.loads(unpack((tmp_path / name).read_bytes()))
        assert record["text"] == "The mill stood still for a year. Nobody missed it."
        again = records(run("clean", tmp_path / name, "--format", "jsonl"))
        assert [one["text"] for one in again] == [record["text"]]


@pytest.mark.parametrize("name", ["o.csv", "o.json", "o.xml.gz"])
def test_a_name_that_promises_no_format_is_refused(tmp_path, story, name):
    refused = run("clean", story, "-o", tmp_path / name)
    assert refused.returncode == 2
    assert b"--format" in refused.stderr
    assert run("clean", story, "-o", tmp_path / name, "--format", "text").returncode == 0


def test_a_wrong_setting_names_its_file(tmp_path, story):
    (tmp_path / "archivetk.toml").write_text("colour = 1\n")
    refused = run("clean", story, cwd=tmp_path)
    assert refused.returncode == 2
    assert b"archivetk.toml: There is no setting 'colour'" in refused.stderr


def test_the_least_memory_is_enough_for_a_short_text(story):
    assert run("clean", story, "--memory-limit", "64").stdout.startswith(b"The mill")


def test_an_output_that_cannot_be_is_named(tmp_path, story):
    story.with_name("file").write_text("x")
    for arguments in (("clean", story, "-o"), ("learn", story, "-o")):
        refused = run(*arguments, tmp_path / "file" / "out.jsonl")
        assert refused.returncode == 5
        assert b"out.jsonl cannot be written" in refused.stderr
        assert b".part" not in refused.stderr


def test_packed_files_are_to_be_unpacked(tmp_path):
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"text"))
    assert b"It is gzip-compressed, not text. Unpack it first." in run("clean", path).stderr


def test_a_rejected_document_is_no_failure_of_restoring(tmp_path, story):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(story.read_bytes())
    (tmp_path / "in" / "b.html").write_text("<html><body></body></html>")
    run("clean", tmp_path / "in", "-o", tmp_path / "c.jsonl", "--changes")
    done = run("restore", tmp_path / "c.jsonl", "-o", tmp_path / "back")
    assert done.returncode == 0
    assert b"b.html: it was rejected" in done.stderr
    assert b"1 original restored" in done.stderr
    assert b"0 failed, 1 rejected and not in the file" in done.stderr
    assert [one.name for one in (tmp_path / "back").iterdir()] == ["a.txt"]


def test_an_edited_text_is_not_restored(tmp_path, story):
    record = records(run("clean", story, "--format", "jsonl", "--changes"))[0]
    record["text"] = record["text"].replace(". Nobody", ", nobody")
    path = tmp_path / "edited.jsonl"
    path.write_text(json.dumps(record))
    done = run("restore", path, "-o", tmp_path / "back")
    assert done.returncode == 3
    assert b"was edited" in done.stderr
    assert not list((tmp_path / "back").rglob("*.txt"))


def test_archive_verify_restore(tmp_path):
    where = tmp_path / "collection"
    first = run("archive", SAMPLES, "-o", where)
    no_traceback(first)
    assert first.returncode == 0, first.stderr
    before = {path: path.read_bytes() for path in where.rglob("*") if path.is_file()}
    assert run("archive", SAMPLES, "-o", where).returncode == 0
    assert {path: path.read_bytes() for path in where.rglob("*") if path.is_file()} == before
    proof = run("verify", where)
    assert proof.returncode == 0, proof.stdout
    assert b"damaged" not in proof.stdout
    back = run("restore", where, "-o", tmp_path / "back")
    no_traceback(back)
    for path in SAMPLES.iterdir():
        if path.suffix != ".gz":
            assert (tmp_path / "back" / path.name).read_bytes() == path.read_bytes(), path.name


def test_an_archive_that_was_tampered_with_is_found_out(tmp_path, story):
    where = tmp_path / "collection"
    assert run("archive", story, "-o", where).returncode == 0
    derived = next(where.glob("archive/*.derived.warc.gz"))
    data = bytearray(derived.read_bytes())
    data[len(data) // 2] ^= 4
    derived.write_bytes(data)
    done = run("verify", where)
    no_traceback(done)
    assert done.returncode == 3


def test_explain_tells_metadata_as_people_write_it(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<title>Two\x1b[31m boats</title><meta name=author content='Ann Lee'><p>They sail.</p>"
    )
    said = run("explain", page).stdout.decode()
    assert "  authors: Ann Lee (meta)" in said
    assert "\x1b" not in said
    assert "  title: Two[31m boats (html)" in said


def test_explain_names_bytes_and_rules(story):
    done = run("explain", story, "--json")
    change = records(done)[0]["changes"][0]
    assert (change["bytes"], change["rule"]) == ([32, 32], "join.sentence")
    assert len(change["why"]) > len("join.sentence")
    said = run("explain", story).stdout.decode()
    assert "join.sentence" in said
    assert "32-32" in said
    where = run("explain", story, "--at", "4:8").stdout.decode()
    assert "bytes 4-8" in where
    assert "no source" in run("explain", story, "--at", "32:33").stdout.decode()
    assert run("explain", story, "--at", "nonsense").returncode == 2
    assert run("explain", story, "--at", "1:4000").returncode == 2


def test_overrides(tmp_path, story):
    assert b"year.Nobody" in run("clean", story, "--disable", "join").stdout
    assert b"year. Nobody" in run("clean", story, "--only", "join.sentence").stdout
    path = tmp_path / "latin.txt"
    path.write_bytes("Un café près de la gare, fermé depuis longtemps.".encode("cp1252"))
    assert "café" in run("clean", path, "--encoding", "windows-1252").stdout.decode()
    record = records(
        run(
            "clean", path, "--language", "fr", "--url", "https://example.org/a", "--format", "jsonl"
        )
    )[0]
    assert (record["language"], record["url"]) == ("fr", "https://example.org/a")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["clean", "https://example.org/"], b"never fetches"),
        (["clean", "x", "--profile", "nonsense"], b"article, gentle, strict"),
        (["clean", "x", "--keep", "nonsense"], b"labels are"),
        (["clean", "x", "--format", "nonsense"], b"Choose one of"),
        (["clean", "x", "--format", "parquet"], b"-o"),
        (["clean", "x", "--rules", "none.toml"], b"cannot be read"),
        (["clean", "x", "--rules", "x"], b"not TOML"),
        (["clean", "x", "--site-model", "x"], b"no site model"),
        (["clean", "x", "--disable", "strip.shear-bar"], b"no rule or group of rules"),
        (["clean", "x", "--only", "nonsense"], b"no rule or group of rules"),
        (["clean", "x", "--language", "zz!"], b"no language tag"),
        (["clean", "x", "--media-type", "image/png"], b"text/markdown"),
    ],
)
def test_usage_errors_say_what_to_do(tmp_path, arguments, word):
    (tmp_path / "x").write_text("A text.")
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert word in done.stderr
    no_traceback(done)


def test_settings_file_and_flags(tmp_path, story):
    (tmp_path / "archivetk.toml").write_text('disable = ["join"]\n')
    assert b"year.Nobody" in run("clean", story, cwd=tmp_path).stdout
    shown = json.loads(run("config", "--language", "de", cwd=tmp_path).stdout)
    assert (shown["disable"], shown["language"]) == (["join"], "de")
    (tmp_path / "archivetk.toml").write_text("nonsense = 1\n")
    done = run("clean", story, cwd=tmp_path)
    assert done.returncode == 2
    assert b"no setting 'nonsense'" in done.stderr


RULE = """
language = "en"
version = 1
[[rule]]
name = "strip.weather-box"
label = "promo"
why = "The weather box is no part of the text."
match = "line"
pattern = 'Weather for (?:today|tomorrow)'
changes = ["Weather for today"]
keeps = ["Weather for today's match was fine."]
"""


def test_a_profile_names_its_rule_files_from_its_own_folder(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "weather.toml").write_text(RULE)
    (tmp_path / "mine" / "profile.toml").write_text('rules = ["weather.toml"]\n')
    (tmp_path / "x.txt").write_text("Weather for today\n\nThe mill stood still for a year.\n")
    done = run("clean", "x.txt", "--profile", "mine/profile.toml", cwd=tmp_path)
    assert done.stdout == b"The mill stood still for a year.\n"
    (tmp_path / "mine" / "profile.toml").write_text('rules = ["none.toml"]\n')
    done = run("clean", "x.txt", "--profile", "mine/profile.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert b"none.toml cannot be read" in done.stderr


def test_rules_of_ones_own_say_why_in_every_output(tmp_path):
    (tmp_path / "weather.toml").write_text(RULE)
    (tmp_path / "x.txt").write_text("Weather for today\n\nThe mill stood still for a year.\n")
    flags = ("--rules", "weather.toml")
    said = b"The weather box is no part of the text."
    assert said in run("explain", "x.txt", *flags, "--json", cwd=tmp_path).stdout
    assert b"weather box is no part" in run("explain", "x.txt", *flags, cwd=tmp_path).stdout
    assert run("archive", "x.txt", *flags, "-o", "c", cwd=tmp_path).returncode == 0
    exported = run("export", "c", "--format", "jsonl", "--changes", cwd=tmp_path)
    assert said in exported.stdout
    assert run("clean", "x.txt", *flags, "--disable", "strip.weather-box", cwd=tmp_path).stdout


def test_an_output_that_cannot_be_written_is_no_bug(tmp_path, story):
    (tmp_path / "file").write_text("")
    done = run("clean", story, "-o", tmp_path / "file" / "below.txt")
    assert done.returncode == 5
    assert b"cannot be written" in done.stderr
    no_traceback(done)
    gone = run("restore", tmp_path / "none.jsonl", "-o", tmp_path / "o")
    assert gone.returncode == 1
    assert b"cannot be read" in gone.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        {"rules": ["x.toml"]},
        {"rules": 3},
        {"keep": 3},
        {"brake": 1.5},
        {"disable": ["join.sentense"]},
        {"site_model": "{}"},
        {"encoding": "klingon"},
    ],
)
def test_the_library_refuses_settings_before_it_cleans(wrong):
    with pytest.raises(archivetk.errors.UsageError):
        archivetk.clean("A text.", **wrong)


def test_standard_input(story):
    done = run("clean", "-", stdin=story.read_bytes())
    assert done.stdout == b"The mill stood still for a year. Nobody missed it.\n"
    rows = b'{"text": "One."}\n{"text": "Two."}\n'
    assert [one["text"] for one in records(run("clean", "-", "--format", "jsonl", stdin=rows))] == [
        "One.",
        "Two.",
    ]


@pytest.mark.parametrize(
    ("arguments", "begun"),
    [
        (("archive", "in", "-o", "c"), "c/archive/*"),
        (("clean", "in", "-o", "o.jsonl"), ".o.jsonl*"),
    ],
)
def test_ctrl_c_is_answered(tmp_path, story, arguments, begun):
    (tmp_path / "in").mkdir()
    for number in range(3000):
        (tmp_path / "in" / f"{number}.txt").write_bytes(story.read_bytes())
    process = subprocess.Popen(
        [sys.executable, "-m", "archivetk", *arguments, "--jobs", "1"],
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not [*tmp_path.glob(begun)]:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert b"archivetk: stopped." in said
    assert b"Traceback" not in said
    assert not [*tmp_path.glob("*o.jsonl*")]


@pytest.mark.parametrize("arguments", [f"clean {SAMPLES} --format jsonl", "rules strip", "config"])
def test_a_closed_pipe_ends_quietly(arguments):
    command = f"{sys.executable} -m archivetk {arguments} | head -c 10 > {os.devnull}"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, check=False
    )
    assert done.returncode == 0
    no_traceback(done)
    assert b"BrokenPipe" not in done.stderr


def test_explain_knows_which_rules_there_are(story):
    assert b"join.sentence" in run("explain", story, "--rule", "join").stdout
    assert run("explain", story, "--rule", "strip").returncode == 0
    refused = run("explain", story, "--rule", "joins")
    assert refused.returncode == 2
    assert b"no rule" in refused.stderr


def test_names_from_outside_stay_below_the_folder(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "A row with a bad name.", "id": "../../../etc/passwd"}\n')
    out = tmp_path / "deep" / "out"
    assert run("clean", path, "-o", out).returncode == 0
    assert [one.relative_to(out) for one in out.rglob("*.txt")] == [Path("rows.jsonl#1.txt")]


def test_rules_can_be_listed_and_tested(tmp_path):
    assert b"join.sentence" in run("rules").stdout
    assert b"acts on" in run("rules", "strip.share-bar").stdout
    assert run("rules", "no.such-rule").returncode == 2
    path = tmp_path / "mine.toml"
    rule = RULE
    path.write_text(rule)
    assert run("rules", "test", path).returncode == 0
    path.write_text(rule.replace('keeps = ["', 'keeps = ["Weather for tomorrow", "'))
    failing = run("rules", "test", path)
    assert failing.returncode == 1
    assert b"strip.weather-box" in failing.stderr
    path.write_text(rule.replace("(?:today|tomorrow)", r"\d+"))
    refused = run("rules", "test", path)
    assert refused.returncode == 2
    assert rb"\p{Nd}" in refused.stderr
    no_traceback(refused)


def test_help_is_there_for_every_command():
    listed = run("--help").stdout.decode()
    assert "..." not in listed.replace("[ARGS]...", ""), "a summary that does not fit a line"
    for command in COMMANDS:
        assert command in listed
        shown = run(command, "--help", env={"COLUMNS": "70"})
        text = shown.stdout.decode()
        assert shown.returncode == 0
        assert "\u2026" not in text, "nothing is cut"
        assert not re.search(r"<\w+>|\{|\[\[", text), "placeholders are words"
        assert max(map(len, text.split("\n"))) <= 82
    text = run("clean", "-h").stdout.decode()
    assert "Examples:\n      archivetk clean story.txt\n      archivetk" in text
    assert text.index("Options:") < text.index("Cleaning:") < text.index("--profile")
    assert run("--version").stdout.startswith(b"archivetk ")
