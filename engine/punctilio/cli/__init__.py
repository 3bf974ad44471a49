"""The command line: it parses, calls ``punctilio.api``, prints, and exits. Heavy imports wait for work."""
