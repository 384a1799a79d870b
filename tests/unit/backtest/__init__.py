"""Tests of monitor.backtest, without the model."""
