"""An outbox with its dispatcher, as the tests of the delivery have it."""

from tests.integration.delivery.conftest import stage  # noqa: F401 (a fixture, asked for by name)
