"""Event logs: from lines in files to one table of events, each once and in order."""
