"""gunbot-tui: a keyboard-driven terminal cockpit for trading bots.

model     what the program talks about: frozen values, standard library only
backends  one package per kind of bot, behind one protocol
engine    polling, the order desk, the journal: asyncio, no terminal
views     pure presentation: snapshot in, rows of cells out
ui        the Textual application
shell     the desk from a command line, without a screen
config    the human's config file
sim       a believable Gunbot served over real HTTP, for the demo and the tests
"""

__version__ = "0.1.0"
