"""Answer the machines that watch the bot: /healthz and /metrics, and nothing that changes anything."""
