"""Messages that are due, written out from templates and from what the log says, and judged before they are sent.

``writing`` puts it together: what is due → the facts of the case → the template → the text → what the rules say of it.
``proofreading`` judges a message that a person wrote. Jinja2 is imported where a template is read, and nowhere else.
"""
