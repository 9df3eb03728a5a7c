"""Reading what agencies hold today: workbooks and open-data files, without trusting them.

Readers here are pure: they hand back rows, readings and reasons, and never touch the database.
"""
