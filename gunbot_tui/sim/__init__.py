"""A believable Gunbot served over real HTTP: one seeded world, its exchange, its strategies and its API.

It imports nothing else of this program, so that a mistake in the client cannot hide behind the same mistake here.
"""
