"""What a PIM holds: documents as ready-made bytes, the collections they lie in, and the facts read off them."""
