"""Read what community.toml declares of one feature each; config.community joins the sections."""
