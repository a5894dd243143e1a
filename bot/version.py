"""Name the version of the program, in the one place that everything which shows it reads."""

VERSION = "0.1.0"
