"""Pure presentation: snapshot, time and width in; rows of cells out."""
