"""What `casework/access` would be with one thing wrong, and whether a test notices."""
