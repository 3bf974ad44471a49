"""The effective rules in plain language: sentences made from their structure, time lines, and pages of both."""
