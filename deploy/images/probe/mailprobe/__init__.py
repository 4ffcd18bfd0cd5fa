"""An exporter for what no other exporter of the mail pod tells. Standard library only."""
