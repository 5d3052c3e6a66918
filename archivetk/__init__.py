"""archivetk: clean scraped text, and prove every change from the archive."""

__version__ = "0.1.0"
