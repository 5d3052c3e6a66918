"""A plugin for tests: documents that say so break the process that cleans them."""

import os
import re
import signal
import sys
import time
from pathlib import Path

from archivetk import pipeline

_clean = pipeline.clean_source


def clean_source(source, settings):
    text = source.data
    if b"POISON hang" in text:
        time.sleep(3600)
    if b"POISON grip" in text:  # in C, so that no other thread gets a turn
        re.match(r"(a+)+$", "a" * 60 + "b")
    if b"POISON segfault" in text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"POISON kill" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"POISON exit" in text:
        os._exit(7)
    if b"POISON memory" in text:
        bytearray(1 << 46)
    if b"POISON print" in text:
        print("noise on stdout")
        sys.stdout.flush()
        os.write(1, b"more noise")
    if b"POISON once" in text:
        mark = Path(text.decode().split("once ")[1].strip())
        if not mark.exists():
            mark.write_text("struck")
            os._exit(9)
    return _clean(source, settings)


pipeline.clean_source = clean_source
