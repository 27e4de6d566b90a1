"""Backups: all rows and all pictures in one file, whatever the database and storage."""
