"""The channel ``linkedin``: invitations to connect, for a person to copy (docs/linkedin.md).

It sends nothing, and fetches nothing.

``accounts`` says how much fits; ``invitations`` what makes a note one's own; ``profiles`` which addresses are shown;
``pages`` what a person copies from.
"""
