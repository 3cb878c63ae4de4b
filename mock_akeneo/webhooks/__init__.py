"""The Events API: what writes tell, to whom, and how it went."""
