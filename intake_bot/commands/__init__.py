"""The commands of `intake-bot`, one module for each thing a person wants to do."""
