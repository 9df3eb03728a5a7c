"""Scoring of risk instruments: pure functions over an instrument's file and the answers given."""
