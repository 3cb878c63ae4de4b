"""Named, replayable set-ups. `library/` holds ours, each named for the pain that it reproduces."""
