"""Freqtrade: login, wire models, client, adapters, the line that tells changes, and the backend that joins them."""
