"""Tests of subscriptions: reading them, fitting alerts to them, serving them."""
