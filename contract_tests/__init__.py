"""The contract at work: the reference connector, published clients and deliberately broken connectors are judged.

`pytest contract_tests --akeneo-connector pkg:factory` (or `--akeneo-command "… {action}"`) judges yours instead.
"""
