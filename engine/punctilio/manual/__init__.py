"""What rules say, for people who read and write them: the effective set with its sources, its page in plain language,
the reference of the language, and the schemas for editors. Nothing here judges anything.
"""
