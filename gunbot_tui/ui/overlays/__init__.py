"""What lies over a screen: the ticket, help, the palette."""
