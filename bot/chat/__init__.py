"""Speak with Discord: client, presentation, components, permissions."""
