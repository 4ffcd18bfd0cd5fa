# The directories behind the persistent volumes. "local" volumes want theirs to exist.
# shellcheck shell=bash

storage_up() { mkdir -p "$NODE_VAR"/volumes/{spool,state,vmail}; }
