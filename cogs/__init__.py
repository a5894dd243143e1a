"""Adapt Discord's commands to the services; nothing is decided here."""
