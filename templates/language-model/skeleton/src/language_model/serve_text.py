"""Turns tokens into text as they come, and finds where it is to end."""

# What bytes become that are no whole character yet.
INCOMPLETE = "\ufffd"


class TextStream:
    """The text of tokens that come one by one. A character may take several of them."""

    def __init__(self, decode):
        self.decode = decode
        self.tokens = []
        self.shown_from = 0
        self.shown = 0

    def push(self, token):
        """The text that is certain now."""
        self.tokens.append(token)
        return self.take(complete=False)

    def rest(self):
        """What is left at the end, also if it is no whole character."""
        return self.take(complete=True)

    def take(self, complete):
        # The last tokens are decoded with those before them: alone, some begin with another space.
        before = self.decode(self.tokens[self.shown_from : self.shown])
        text = self.decode(self.tokens[self.shown_from :])
        if len(text) <= len(before) or (text.endswith(INCOMPLETE) and not complete):
            return ""
        self.shown_from, self.shown = self.shown, len(self.tokens)
        return text[len(before) :]


class StopFinder:
    """Ends a text before the first of some strings, wherever the pieces of the text are cut."""

    def __init__(self, stops):
        self.stops = stops
        self.held = ""

    def push(self, text):
        """What can be shown, and whether the text has ended."""
        self.held += text
        places = [place for place in (self.held.find(stop) for stop in self.stops) if place >= 0]
        if places:
            shown, self.held = self.held[: min(places)], ""
            return shown, True
        # The end of it may be the beginning of a stop.
        keep = max((self.begun(stop) for stop in self.stops), default=0)
        cut = len(self.held) - keep
        shown, self.held = self.held[:cut], self.held[cut:]
        return shown, False

    def begun(self, stop):
        lengths = range(min(len(stop) - 1, len(self.held)), 0, -1)
        return next((length for length in lengths if self.held.endswith(stop[:length])), 0)

    def rest(self):
        return self.held
