# The directories behind the persistent volumes. "local" volumes want theirs to exist.
# shellcheck shell=bash

storage_up() { mkdir -p "$LAB_VAR/volumes/spool" "$LAB_VAR/volumes/state"; }
