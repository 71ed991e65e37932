"""Backends: one package per kind of bot, all behind the protocol in `base`."""
