"""Diagnosing Change: survey answers to a diagnosis that may be shown."""
