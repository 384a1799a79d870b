"""How well the monitor reads: labelled corpora in, scores out. Behind `news-monitor evaluate`.

It reads through the pipeline as the product does, knows no broker, and is used by nothing below it.
"""
