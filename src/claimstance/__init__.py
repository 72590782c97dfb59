"""Says, sentence by sentence, what news asserts, denies and disputes."""

__version__ = "0.1.0"
