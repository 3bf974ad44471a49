"""JSON Schemas for editors: the published ones, with all names that a person's own rules may use.

They complete and explain. What they call wrong is wrong by the vocabulary or the language; names that a file gives
itself (rules, definitions, parties, phrases) are completed and never refused: the file may be ahead of its schema.
"""
