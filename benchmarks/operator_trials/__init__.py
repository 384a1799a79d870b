"""Operator trials: break a running installation on purpose, and see what the operator is told, and when.

    python -m benchmarks.operator_trials stop-a-worker flood --to FOLDER

Everything is real: Kafka, two workers as docker/compose.yaml starts them, Prometheus and Alertmanager
with the shipped rules at their shipped pace, the demo's news as a steady stream. `trials` says what is
done, `installation` runs it all, `watch` looks at the dashboards, `pager` is who is called.
"""
