"""Engines map tasks, nothing else.

local    the cores of this machine
"""
