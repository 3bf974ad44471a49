"""The command line: it parses, calls ``punctilio.api``, prints, and exits. Nothing heavy is imported before there is work."""
