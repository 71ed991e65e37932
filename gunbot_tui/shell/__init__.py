"""The desk without a screen: the same grammar, guards and journal as the cockpit, from a shell."""
