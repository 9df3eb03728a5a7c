"""How it is read: prepared for a page or a document, as one viewer."""
