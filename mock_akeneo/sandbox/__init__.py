"""One isolated PIM, all of a server's, and the call that one of them answers."""
