"""Backends: one package per kind of bot, all behind the protocol in `base`.

A kind's package is imported when a bot of that kind is opened, so that the first screen waits for no HTTP library.
"""
