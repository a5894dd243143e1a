"""Fetch from other people's servers, politely and safely: the one door to httpx."""
