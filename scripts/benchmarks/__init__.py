"""What `scripts/bench` and `scripts/soak` run. Asks the product through its front door only."""
