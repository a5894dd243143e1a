"""Turn what HTML, Markdown and wiki pages have in common, elements with text in them, into blocks and spans.

The formats above this package produce elements; they stay strangers to each other.
"""
