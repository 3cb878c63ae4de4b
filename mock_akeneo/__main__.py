"""`python -m mock_akeneo` is `mock-akeneo`."""

from mock_akeneo.cli import main

main()
