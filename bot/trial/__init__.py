"""Run the real bot in a simulated Discord with a page in the browser: no token, no network, nothing kept."""
