"""Predicts the price of a house from its size."""
