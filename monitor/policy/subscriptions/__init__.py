"""Subscriptions: what a file of them says, which alerts fit, and what each subscriber is told."""
