"""What every room stands on: the clock, the dice, problems, answers, settings. Imports nothing of ours above it."""
