"""Who may see what: the rules once more, in plain Python, to judge the product by."""
