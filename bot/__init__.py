"""Rapporteur: the working-group secretary for Discord."""
