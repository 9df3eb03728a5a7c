"""Who may see this, who may do that. The one place that decides."""
