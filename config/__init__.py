"""Read what the operator wants: process settings and the community's wishes."""
