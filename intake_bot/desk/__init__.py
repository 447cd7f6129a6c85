"""The desk: what the DPO touches."""
