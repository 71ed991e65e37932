"""Polling, sessions, the order desk and its journal: asyncio only, no terminal."""
