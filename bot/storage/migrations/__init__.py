"""Hold the steps from each released schema to the next; they only go forward."""
