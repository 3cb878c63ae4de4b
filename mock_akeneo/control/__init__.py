"""`/_mock/v1`: what a test may see and change at run time. Never limited, faulted or journaled."""
