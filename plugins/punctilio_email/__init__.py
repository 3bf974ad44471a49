"""The channel ``email``: drafts where a mail program finds them, and messages by SMTP where a person says so."""
