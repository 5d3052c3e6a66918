"""``python -m archivetk`` is the same as ``archivetk``."""

from archivetk.cli import main

if __name__ == "__main__":
    main()
