"""What all tests share."""

from hypothesis import settings

# a machine under load is slow, and that says nothing about a law
settings.register_profile("archivetk", deadline=None)
settings.load_profile("archivetk")
