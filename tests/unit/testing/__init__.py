"""Tests of the testing kit, without the model."""
