"""What runs unattended, as a named system actor. Jobs take ids, and hand back ids, scores and counts."""
