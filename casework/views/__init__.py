"""How the product is spoken to: pages."""
