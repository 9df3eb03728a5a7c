"""Forms: what people type, checked and explained before a command sees it."""
