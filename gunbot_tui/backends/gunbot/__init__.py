"""Gunbot: login, wire models, client, adapter and the backend that joins them."""
