"""The real pipeline over labelled news, held above floors."""
