"""The human's config file."""
