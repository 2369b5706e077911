"""Collaborative leadership in Integrated Care Systems, measured."""

__version__ = "0.1.0"
