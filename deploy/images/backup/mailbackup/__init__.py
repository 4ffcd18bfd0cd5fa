"""Backups of the mail platform with restic, and the proof that they can be restored. Standard library only."""
