"""Containment: a document that hangs, crashes or eats memory becomes a ``failed`` record.

Documents are cleaned in child processes.  :mod:`archivetk.guard.pool` sends documents and waits,
:mod:`archivetk.guard.nursery` is where the children come from, and
:mod:`archivetk.guard.worker` is what runs in them.
"""

from archivetk.guard.pool import CancelledError, Guard, GuardPool

__all__ = ["CancelledError", "Guard", "GuardPool"]
