"""Trains a language model for the chats of a support desk, evaluates and serves it."""
