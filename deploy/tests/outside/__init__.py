"""What the tests know and do: the lab as it stands, and the world's side of a mail session."""
